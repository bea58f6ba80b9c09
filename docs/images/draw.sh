#!/usr/bin/env bash
# Draws the README's pictures from the workbook that `make run` left: needs LibreOffice and poppler.
set -euo pipefail
cd "$(dirname "$0")"
book=$(ls ../../var/demonstration/exercise/activations/ex-cote-dor-1/restricted/*.xlsx | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
soffice --headless --convert-to pdf --outdir "$work" "$book" >/dev/null 2>&1
mv "$work"/*.pdf "$work/book.pdf"
page_of() { # first page whose left header is the sheet's name
  for page in $(seq 1 12); do
    [ "$(pdftotext -f "$page" -l "$page" "$work/book.pdf" - | head -1)" = "$1" ] && { echo "$page"; return; }
  done
}
pdftoppm -r 95 -png -singlefile -f "$(page_of Synthèse)" -l "$(page_of Synthèse)" "$work/book.pdf" synthese
pdftoppm -r 110 -png -singlefile -f "$(page_of 'Main courante')" -l "$(page_of 'Main courante')" -H 620 "$work/book.pdf" main-courante
