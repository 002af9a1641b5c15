#!/usr/bin/env bash
# Brings a hub's database down to the revision of an older version: stops the hub, backs up, downgrades.
# It belongs to the newer version, which alone knows the way down; docs/deploy.md tells the whole.
#
#   deploy/rollback.sh REVISION      the older version's own: (cd OLDER && .venv/bin/alembic heads)
#
# From the environment:
#   HUB_ENV_FILE      the hub's settings, NAME=value a line  (/etc/execution-hub/hub.env, where there is one)
#   HUB_PYTHON        the Python of its environment          (.venv/bin/python)
#   HUB_BACKUP_DIR    where backups are kept                 (backups in HUB_DATA_DIR)
#   HUB_UNIT          the systemd unit to stop               (execution-hub)
#   HUB_PID_FILE      or: the file with the process to stop
#   HUB_STOP_COMMAND  or: what stops it
#   HUB_STOP_SECONDS  how long it may take to stop           (20)
set -euo pipefail
umask 077

fail() {
    echo "rollback: $1" >&2
    exit 1
}

if (($# != 1)) || [[ $1 == -* ]]; then
    echo "Usage: deploy/rollback.sh REVISION" >&2
    exit 2
fi
revision=$1
cd "$(dirname "${BASH_SOURCE[0]}")/.."

env_file=${HUB_ENV_FILE:-/etc/execution-hub/hub.env}
python=${HUB_PYTHON:-.venv/bin/python}
unit=${HUB_UNIT:-execution-hub}
stop_seconds=${HUB_STOP_SECONDS:-20}
[[ -x $(command -v "$python") ]] || fail "There is no Python at $python. Set HUB_PYTHON."

if [[ -e $env_file ]]; then
    [[ -r $env_file ]] || fail "$env_file cannot be read. Run this as root."
    # Not sourced: a password may hold what means something to a shell.
    while IFS= read -r line || [[ -n $line ]]; do
        [[ $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] && export "${line%%=*}=${line#*=}"
    done <"$env_file"
elif [[ -n ${HUB_ENV_FILE:-} ]]; then
    fail "There is no $env_file."
fi

data_dir=$("$python" -m deploy.database folder) || exit 1
backup_dir=${HUB_BACKUP_DIR:-$data_dir/backups}
[[ -d $data_dir ]] || fail "There is no data folder $data_dir. Set HUB_DATA_DIR or HUB_ENV_FILE."

# As the owner of the data: files that root leaves there could not be written by the hub.
as_owner() {
    local owner
    owner=$(stat -c %U "$data_dir")
    if ((EUID == 0)) && [[ $owner != root ]]; then
        runuser -u "$owner" -- "$@"
    else
        "$@"
    fi
}

stop_hub() {
    if [[ -n ${HUB_STOP_COMMAND:-} ]]; then
        sh -c "$HUB_STOP_COMMAND" || fail "HUB_STOP_COMMAND failed."
    elif [[ -n ${HUB_PID_FILE:-} ]]; then
        # No file, or nobody there any more: it is stopped already.
        [[ ! -s $HUB_PID_FILE ]] || kill -TERM "$(<"$HUB_PID_FILE")" 2>/dev/null || true
    elif command -v systemctl >/dev/null && systemctl is-active --quiet "$unit" 2>/dev/null; then
        systemctl stop "$unit" || fail "systemctl stop $unit failed."
    fi
}

# Everything that can be refused is refused before the hub is stopped.
before=$(as_owner "$python" -m deploy.database check "$revision" "$backup_dir") || exit 1
stop_hub

# The hub's own lock, kept to the end: nobody starts a hub in between.
lock=$data_dir/hub.lock
[[ -e $lock ]] || as_owner touch "$lock"
exec 9<>"$lock"
flock --wait "$stop_seconds" 9 || fail "A hub still uses $data_dir. Stop it, or name it by HUB_UNIT, HUB_PID_FILE or HUB_STOP_COMMAND."
# Of whoever had it before; the database's own lock is taken by the downgrade.
echo "a rollback, process $$ on $(uname -n)" >"$lock"

if [[ $before == "$revision" ]]; then
    echo "The database is at revision $revision already; nothing was changed."
else
    backup=$(as_owner "$python" -m deploy.database backup "$backup_dir") || exit 1
    echo "Backed up to $backup"
    as_owner "$python" -m alembic downgrade "$revision" ||
        fail "The downgrade failed and changed nothing: the database is at revision $before, its backup in $backup."
    echo "The database is at revision $revision; it was at $before."
fi
cat <<END
Now start the older version, its program and its pages together:
  ln -sfn RELEASE /opt/execution-hub/current && systemctl start $unit
To undo this, start the version you have just stopped: it brings the database up again, with what was set aside.
END
