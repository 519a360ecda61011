#!/bin/sh
# Builds the book into target/book/html. Its sources are laid out as they lie in the repository: the README is
# the first page, and a link to an example or a schema leads to it in the book as it does here.
# MDBOOK names the program; without it, that of the PATH.
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
# Paths from the root, not from docs.
sed -e 's#](#](docs/#' -e 's#](docs/\.\./#](#' docs/SUMMARY.md >"$sources/SUMMARY.md"
exec "${MDBOOK:-mdbook}" build
