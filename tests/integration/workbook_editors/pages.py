"""Printed pages as pixels, for comparing what people see before and after."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from PIL import Image

PDFTOPPM = shutil.which("pdftoppm")
_DOTS_PER_INCH = 80


def pixels(pdf: Path) -> list[bytes]:
    """Return each page of a PDF as the bytes of its picture; needs pdftoppm."""
    start = pdf.with_suffix("")
    command = [str(PDFTOPPM), "-r", str(_DOTS_PER_INCH), str(pdf), str(start)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [page.read_bytes() for page in sorted(pdf.parent.glob(f"{start.name}-*.ppm"))]


def picture(path: Path) -> Path:
    """Write a small picture with colours that a page shows."""
    Image.new("RGB", (60, 60), (200, 30, 30)).save(path)
    return path
