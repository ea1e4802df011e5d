#!/usr/bin/env bash
# Releases the code of this checkout, or returns to an earlier release whose images are still there:
#     ./release.sh [NAME]
# NAME is what /health/version shows; by default the commit. It is kept as RELEASE in .env, which every later `docker
# compose` reads. New web servers and servers of streams start beside the old ones, which stop when the new ones answer.
set -euo pipefail
cd "$(dirname "$0")"

name=${1:-$(git describe --always --dirty)}
if ! [[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]]; then
    echo "$name can't name a release: use letters, digits, dots and dashes." >&2
    exit 1
fi
if ! before=$(grep '^RELEASE=' .env 2>/dev/null); then
    echo "docker/.env has no line RELEASE=. Copy example.env to .env and fill it in." >&2
    exit 1
fi
before=${before#RELEASE=}

# Sets RELEASE in .env without replacing the file, so that its owner and mode stay.
keep() {
    local text
    text=$(sed "s/^RELEASE=.*/RELEASE=$1/" .env)
    printf '%s\n' "$text" >.env
}
count() {
    docker compose ps --quiet "$1" | wc -l
}

if docker image inspect "letters-web:$name" "letters-worker:$name" >/dev/null 2>&1 && [[ $name != *-dirty ]]; then
    echo "The images of $name are there already."
else
    RELEASE=$name docker compose build web worker
fi

old=$(docker compose ps --quiet web events)
if [ -z "$old" ]; then
    keep "$name"
    docker compose up --detach --wait
    echo "Release $name serves."
    exit
fi
workers=$(count worker) events=$(count events)
# The first release that has servers of streams finds none.
twice="--scale web=$((2 * $(count web))) --scale events=$((events ? 2 * events : 1))"

RELEASE=$before docker compose run --rm backup
keep "$name"
added=
undo() {
    echo "Release $name doesn't start: $before goes on serving." >&2
    # shellcheck disable=SC2086 # several ids
    [ -z "$added" ] || docker rm --force $added >/dev/null
    keep "$before"
}
trap undo ERR
docker compose run --rm migrate
# shellcheck disable=SC2086
docker compose up --detach --no-deps --no-recreate $twice web events
added=$(docker compose ps --quiet web events | grep --invert-match --line-regexp --fixed-strings "$old")
# shellcheck disable=SC2086
docker compose up --detach --no-deps --no-recreate $twice --wait web events
trap - ERR

sleep "${NGINX_SECONDS:-6}" # until nginx has looked up the new addresses
# shellcheck disable=SC2086
docker stop $old >/dev/null
# shellcheck disable=SC2086
docker rm $old >/dev/null
docker compose up --detach --no-deps --scale worker="$workers" worker mailer beat
docker compose up --detach --no-deps nginx
docker compose exec -T nginx nginx -t -q -c /etc/nginx/letters/nginx.conf
docker compose exec -T nginx nginx -s reload -c /etc/nginx/letters/nginx.conf
echo "Release $name serves. To go back: ./release.sh $before"
