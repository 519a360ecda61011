#!/bin/sh
# Builds the book in target/book/html. The sources have the same layout as in the repository, so that all links work in
# the book too. The README is the first page. MDBOOK is the path of mdBook; default: mdbook on the PATH.
set -eu

cd "$(dirname "$0")/.."
sources=target/book/src
rm -rf target/book
mkdir -p "$sources"
cp -R README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE-APACHE LICENSE-MIT Dockerfile docs examples schema "$sources"
rm "$sources/docs/SUMMARY.md" "$sources/docs/book.sh" "$sources/docs/book.css"
# mdBook writes a README to index.html.
find "$sources" -name '*.md' -exec sed -i.old -e 's#](\([^)]*\)README\.md#](\1index.md#g' {} +
find "$sources" -name '*.old' -exec rm {} +
# Changes the paths in SUMMARY.md from docs to the root.
sed -e 's#](#](docs/#' -e 's#](docs/\.\./#](#' docs/SUMMARY.md >"$sources/SUMMARY.md"
exec "${MDBOOK:-mdbook}" build
