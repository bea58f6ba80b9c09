"""Where people open the workbook. One file a kind of share; nothing here knows what is inside."""
