#!/bin/sh
# Install Debian packages that are missing, where that is allowed; else say the line to run.
# usage: system.sh [--optional] PROGRAM-OR-LIBRARY=PACKAGE...
set -eu
optional=
[ "$1" != --optional ] || { optional=yes; shift; }

found() {
    case $1 in
    *.so.*) /sbin/ldconfig -p 2>/dev/null | grep -q "$1" ;;
    initdb) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null ;; # Debian's are off the PATH
    python3-venv) python3 -c 'import ensurepip' 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=
for pair; do
    found "${pair%%=*}" || missing="$missing ${pair#*=}"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null && root=sudo || root=none
fi
if [ "$root" != none ] && command -v apt-get >/dev/null; then
    echo "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    if $root apt-get update -qq && $root apt-get install -qq -y --no-install-recommends $missing >/dev/null; then
        exit 0
    fi
fi
echo "Missing:$missing. Install with:  sudo apt-get install -y$missing" >&2
[ -n "$optional" ]
