#!/usr/bin/env bash
# Restores a backup into a site of its own, checks it, and deletes that site again: ./drill.sh ARCHIVE
# The running site and its bucket aren't touched. The release must be the one that the archive is from.
set -euo pipefail
archive=$(realpath --canonicalize-existing "${1:?./drill.sh ARCHIVE}")
cd "$(dirname "$0")"

compose() {
    docker compose --project-name letters-drill "$@"
}
manage() {
    compose run --rm --no-deps --env STORAGE_URL=file: --volume "$archive:/archive.tar.gz:ro" web python manage.py "$@"
}

trap 'compose down --volumes --timeout 5' EXIT
started=$SECONDS
compose up --detach --wait postgres redis
manage migrate --verbosity 0
manage restore /archive.tar.gz
manage check_consistency
echo "The archive is good: it was restored and checked within $((SECONDS - started)) seconds."
