#!/bin/sh
# Obtains the first certificate while nginx isn't running: certificate.sh MAIL HOST…
# Without arguments it renews the certificate when a third of its validity is left, through nginx.
set -eu
install='sh /etc/letters/install.sh /tls'

if [ $# -gt 0 ]; then
    mail=$1
    shift
    for host; do
        set -- "$@" --domain "$host"
        shift
    done
    exec certbot certonly --standalone --non-interactive --agree-tos --email "$mail" --cert-name letters \
        --deploy-hook "$install" "$@"
fi
trap exit TERM
while :; do
    certbot renew --quiet --webroot --webroot-path /var/www/acme --deploy-hook "$install" || true # try again, and see the alert
    sleep 12h &
    wait $!
done
