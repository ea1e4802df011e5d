#!/bin/sh
# Gives nginx the certificate that certbot has just obtained: install.sh FOLDER. nginx loads it within a minute.
set -eu
umask 077
cp "$RENEWED_LINEAGE/privkey.pem" "$1/key.pem.new"
cp "$RENEWED_LINEAGE/fullchain.pem" "$1/certificate.pem.new"
mv "$1/key.pem.new" "$1/key.pem"
mv "$1/certificate.pem.new" "$1/certificate.pem"
