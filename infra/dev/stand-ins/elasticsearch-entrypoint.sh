#!/usr/bin/env bash
# As the official image does: variables named like settings become settings, and ELASTIC_PASSWORD goes into
# the key store before the first start.
set -euo pipefail
settings=()
while IFS='=' read -r -d '' name value; do
  if [[ "$name" =~ ^[a-z0-9_]+(\.[a-z0-9_]+)+$ ]]; then
    settings+=("-E${name}=${value}")
  fi
done < <(env --null)
if [[ -n "${ELASTIC_PASSWORD:-}" ]] && ! elasticsearch-keystore list 2>/dev/null | grep -qx bootstrap.password; then
  [[ -f config/elasticsearch.keystore ]] || elasticsearch-keystore create
  printf '%s' "$ELASTIC_PASSWORD" | elasticsearch-keystore add -x -f bootstrap.password
fi
exec elasticsearch "${settings[@]}"
