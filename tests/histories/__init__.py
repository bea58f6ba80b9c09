"""Random histories of people and machine around one workbook, judged by a small reference model."""
