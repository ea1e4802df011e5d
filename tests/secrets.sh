#!/usr/bin/env bash
# Nothing that looks like a key, a token or a password is among the project's files: tests/secrets.sh [FILE …]
# What is made by programs, as lock files are, holds long random words and no secrets; so do the lines excluded here.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then
    mapfile -d '' -t files < <(git ls-files -z ':!requirements' ':!*package-lock.json' ':!tests/lettersai/openapi.yaml' ':!ml/bundle' \
        ':!*.png' ':!*.ico' ':!*.txt' ':!*.csv' ':!*.po')
    set -- "${files[@]}"
fi
.venv/bin/detect-secrets-hook --no-verify --disable-plugin KeywordDetector \
    --exclude-lines 'user:password@|"0123456789-abc' "$@"
