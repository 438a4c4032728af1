#!/bin/sh
# Makes the checkout ready to run: a virtual environment in .venv with the pinned packages and this project in it, and on
# Debian and Ubuntu the system libraries that Qt loads. `make` calls it before everything else; when all is in place it
# only checks. PYTHON=/path/to/python chooses the interpreter.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd -P)
venv=.venv
stamp=$venv/setup-stamp            # what was installed: written last
unfinished=$venv/setup-unfinished  # there while an installation is going on

say() { printf '%s\n' "setup: $*" >&2; }
die() { say "$*"; exit 1; }
can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# --- Debian packages ---

apt_install() { # packages...; false if apt fails, whose messages are then shown
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    set -- apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
    output=$("$@" 2>&1 </dev/null) && return
    # Usual reasons are no or old package lists.
    output=$(apt-get update --quiet 2>&1 </dev/null && "$@" 2>&1 </dev/null) && return
    printf '%s\n' "$output" >&2
    return 1
}

# --- Python ---

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() { # prints the first one that can make environments, else the first one that is new enough
    fallback=
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3}; do
        is_new_enough "$candidate" || continue
        if has_venv "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        fallback=${fallback:-$candidate}
    done
    printf '%s\n' "$fallback"
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        found=$("${PYTHON:-python3}" --version 2>&1) || found="no Python"
        die "Exposure needs Python 3.11 or newer and found $found. Install one, or name it: make PYTHON=/path/to/python"
    fi
    if ! has_venv "$python"; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if can_apt; then
            say "installing $package ..."
            apt_install "$package" || true
        fi
        has_venv "$python" || die "$python cannot make virtual environments. Install its venv module," \
            "on Debian and Ubuntu: sudo apt-get install $package"
    fi
    rm -rf "$venv"
    mkdir "$venv"
    : >"$unfinished"
    "$python" -m venv "$venv"
}

install_packages() {
    # An environment that was left half made, moved with the checkout or has lost its Python is made anew.
    if [ -e "$unfinished" ] || ! is_new_enough "$venv/bin/python" ||
        ! "$venv/bin/pip" --version 2>/dev/null | grep -qF "$root/$venv/"; then
        make_venv
    fi
    rm -f "$stamp"
    : >"$unfinished"
    say "installing the packages of constraints.txt into $venv (some minutes the first time) ..."
    quiet=--quiet
    if [ -t 2 ]; then quiet=; fi
    "$venv/bin/python" -m pip install $quiet --disable-pip-version-check --no-input \
        --constraint constraints.txt --editable '.[dev]'
    "$venv/bin/python" -m compileall -q exposure_app
    say "compiling what computes with pixels (a minute) ..."
    "$venv/bin/python" -m exposure_app kernels >/dev/null || say "that failed: the first photo will wait for it"
    printf '%s\n' "$1" >"$stamp"
    rm -f "$unfinished"
}

# --- what Qt loads from the system: file, Debian package ---

qt_libraries='
libEGL.so.1             libegl1
libGL.so.1              libgl1
libX11-xcb.so.1         libx11-xcb1
libX11.so.6             libx11-6
libdbus-1.so.3          libdbus-1-3
libfontconfig.so.1      libfontconfig1
libfreetype.so.6        libfreetype6
libglib-2.0.so.0        libglib2.0-0
libwayland-client.so.0  libwayland-client0
libwayland-cursor.so.0  libwayland-cursor0
libwayland-egl.so.1     libwayland-egl1
libxcb-cursor.so.0      libxcb-cursor0
libxcb-glx.so.0         libxcb-glx0
libxcb-icccm.so.4       libxcb-icccm4
libxcb-image.so.0       libxcb-image0
libxcb-keysyms.so.1     libxcb-keysyms1
libxcb-randr.so.0       libxcb-randr0
libxcb-render-util.so.0 libxcb-render-util0
libxcb-render.so.0      libxcb-render0
libxcb-shape.so.0       libxcb-shape0
libxcb-shm.so.0         libxcb-shm0
libxcb-sync.so.1        libxcb-sync1
libxcb-util.so.1        libxcb-util1
libxcb-xfixes.so.0      libxcb-xfixes0
libxcb-xkb.so.1         libxcb-xkb1
libxcb.so.1             libxcb1
libxkbcommon-x11.so.0   libxkbcommon-x11-0
libxkbcommon.so.0       libxkbcommon0
'

missing() { # prints the lines of the table above whose file cannot be loaded, and the same for a font
    printf '%s\n' "$qt_libraries" | "$venv/bin/python" -c '
import ctypes, pathlib, sys
for line in filter(str.strip, sys.stdin):
    try:
        ctypes.CDLL(line.split()[0])
    except OSError:
        print(line.strip())
folders = map(pathlib.Path, ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"))
if not any(path for folder in folders for path in folder.expanduser().rglob("*.[ot]tf")):
    print("fonts fonts-dejavu-core")
'
}

check_system() {
    [ "$(uname -s)" = Linux ] || return 0
    lacking=$(missing)
    [ -n "$lacking" ] || return 0
    files=$(printf '%s\n' "$lacking" | awk '{ printf "%s%s", sep, $1; sep = " " }')
    packages=$(printf '%s\n' "$lacking" | awk '{ printf "%s%s", sep, $2; sep = " " }')
    if ! command -v apt-get >/dev/null; then
        say "the window needs these from your distribution: $files"
    elif ! can_apt; then
        say "the window needs: sudo apt-get install $packages"
    else
        say "installing $packages ..."
        # shellcheck disable=SC2086 # a list
        apt_install $packages || say "the window will not open before this works: apt-get install $packages"
    fi
}

# --- the work ---

if command -v flock >/dev/null; then # two at once: the second waits, then finds all in place
    exec 9<pyproject.toml
    flock 9
fi
key=$(cat pyproject.toml constraints.txt | cksum)" $root"
if [ -e "$unfinished" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$key" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    install_packages "$key"
fi
check_system
