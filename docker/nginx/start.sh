#!/bin/sh
# Runs nginx, and reloads it after a change of the certificate: start.sh FOLDER SECONDS NGINX-ARGUMENTS…
# Looks at the certificate in FOLDER every SECONDS. With a damaged one, or one without its key, nginx goes on with the old.
set -eu
folder=$1 seconds=$2
shift 2

fingerprint() {
    cat "$folder"/*.pem | md5sum
}

watch() {
    loaded=$(fingerprint)
    while sleep "$seconds" && kill -0 $$ 2>/dev/null; do # $$ is nginx
        found=$(fingerprint)
        if [ "$found" != "$loaded" ] && nginx -t -q "$@" && nginx -s reload "$@"; then
            loaded=$found
        fi
    done
}

watch "$@" &
exec nginx "$@"
