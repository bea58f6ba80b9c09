#!/usr/bin/env bash
# Draws the README's pictures from what `make run` left; run it right after (the map tells its age).
# Needs LibreOffice, poppler and Chromium. `draw.sh map report` draws only these; also: workbook.
# HOUSE=… names another house than var/demonstration.
set -euo pipefail
cd "$(dirname "$0")"
parts=${*:-workbook map report}
house=${HOUSE:-$PWD/../../var/demonstration}
restricted=$house/exercise/activations/ex-cote-dor-1/restricted
[ -d "$restricted" ] || { echo "Nothing to draw: run \`make run\` first." >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

newest() { # the newest file of the restricted folder with this in its name, and this end
  local found
  found=$(ls -t "$restricted"/*"$1"*"$2" 2>/dev/null | head -1)
  [ -n "$found" ] || { echo "No file $1…$2 in $restricted" >&2; return 1; }
  cp "$found" "$work/page$2" # a short name: Chromium writes it on the paper's edge
}
browse() {
  local chromium
  chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
  "$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$work/profile" \
    --virtual-time-budget=8000 "$@" 2>/dev/null
}
page_of() { # first page whose left header is the sheet's name
  for page in $(seq 1 12); do
    [ "$(pdftotext -f "$page" -l "$page" "$work/book.pdf" - | head -1)" = "$1" ] && { echo "$page"; return; }
  done
}
draw_workbook() {
  newest Vigie .xlsx
  soffice --headless --convert-to pdf --outdir "$work" "$work/page.xlsx" >/dev/null 2>&1
  mv "$work/page.pdf" "$work/book.pdf"
  pdftoppm -r 95 -png -singlefile -f "$(page_of Synthèse)" -l "$(page_of Synthèse)" "$work/book.pdf" synthese
  pdftoppm -r 110 -png -singlefile -f "$(page_of 'Main courante')" -l "$(page_of 'Main courante')" -H 620 "$work/book.pdf" main-courante
}
draw_map() {
  newest carte .html
  browse --window-size=1280,800 --screenshot="$PWD/carte.png" "file://$work/page.html"
}
draw_report() {
  for report in "$restricted"/*"Point de situation n° "*.html; do
    [ -e "$report" ] || { echo "No report in $restricted" >&2; return 1; }
    echo "$report"
  done | sort -V | tail -1 | { read -r report; cp "$report" "$work/report.html"; }
  browse --no-pdf-header-footer --print-to-pdf="$work/report.pdf" "file://$work/report.html"
  pdftoppm -r 80 -png -singlefile -f 1 -l 1 "$work/report.pdf" point-de-situation
}
for part in $parts; do
  "draw_$part"
done
