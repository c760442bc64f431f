#!/bin/bash
# A real Odoo Community with its CRM, from Debian's own package, on loopback alone.
# usage: up.sh DIR PG_PORT PORT; prints nothing when it is up. DIR may be kept: the next start takes
# seconds instead of minutes. Needs Debian's apt, a package index for pip, and PostgreSQL >= 13.
set -euo pipefail
D=${1:?dir}; PGPORT=${2:?port of PostgreSQL}; PORT=${3:?port of Odoo}
mkdir -p "$D"; cd "$D"; D=$PWD
PGBIN=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
if [ "$(id -u)" = 0 ]; then as_postgres() { su postgres -c "$1"; }; else as_postgres() { sh -c "$1"; }; fi
# 1. A state of apt of its own reads sid's index; the machine's sources are only looked at, for the
#    address of its archive.
mkdir -p apt/lists/partial apt/cache/archives/partial
if ! ls odoo-[0-9]*_*.deb >/dev/null 2>&1; then
  archive=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
    awk '/^URIs:/ && !/security/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /:\/\// && $i !~ /security/) {print $i; exit}}' || true)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${archive:?no Debian archive is set up here} sid main" > apt/sources.list
  cat > apt/apt.conf <<C
Dir::State::Lists "$D/apt/lists"; Dir::Cache "$D/apt/cache";
Dir::Etc::sourcelist "$D/apt/sources.list"; Dir::Etc::sourceparts "-"; APT::Sandbox::User "root";
C
  export APT_CONFIG=$D/apt/apt.conf
  apt-get -qq update
  # sid moves on: whatever version it offers is taken.
  name=$(apt-cache search --names-only '^odoo-[0-9]+$' | awk '{print $1}' | sort -V | tail -1)
  apt-get -qq download "${name:?sid offers no Odoo}"
fi
# 2. Only what the CRM needs is unpacked, and nothing installed: sid's Python is newer than ours.
if [ ! -d unpacked ]; then
  mkdir unpacked.part
  dpkg-deb --fsys-tarfile odoo-[0-9]*_*.deb | tar -x -C unpacked.part --exclude='*/i18n/*' --exclude='*/l10n_*' --exclude='*/website*' --exclude='*/pos_*' --exclude='*/dist-packages/doc' ./usr/bin ./usr/lib/python3
  mv unpacked.part unpacked
fi
# 3. What Odoo imports.
if [ ! -e venv/.done ]; then
  python3 -m venv venv
  venv/bin/pip install -q -q asn1crypto Babel cbor2 chardet cryptography python-dateutil docutils geoip2 gevent greenlet idna Jinja2 libsass lxml lxml-html-clean MarkupSafe num2words ofxparse openpyxl passlib Pillow polib psutil psycopg2-binary pyOpenSSL pypdf pytz pyserial python-stdnum pyusb qrcode reportlab requests rjsmin urllib3 vobject 'Werkzeug<3.2' xlrd XlsxWriter xlwt zeep python-magic freezegun
  touch venv/.done
fi
# 4. A PostgreSQL cluster to be thrown away.
if [ ! -d pg ]; then
  if [ "$(id -u)" = 0 ]; then install -d -o postgres pg; else mkdir pg; fi
  chmod 755 "$D"
  as_postgres "$PGBIN/initdb -D $D/pg/data -U postgres --auth=trust -E UTF8 --locale=C.UTF-8" >/dev/null
fi
# What a session that was killed has left running here would hold the data.
if [ -e odoo.pid ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat odoo.pid)/cmdline" | grep -q usr/bin/odoo; then kill "$(cat odoo.pid)"; fi
as_postgres "$PGBIN/pg_ctl -D $D/pg/data -m fast -w stop" >/dev/null 2>&1 || true
as_postgres "$PGBIN/pg_ctl -D $D/pg/data -o '-p $PGPORT -c listen_addresses=127.0.0.1 -k $D/pg -c fsync=off' -l $D/pg/log -w start" >/dev/null
sql() { psql -qAth 127.0.0.1 -p "$PGPORT" -U postgres "$@"; }
sql -c "create role odoo login createdb password 'odoo'" 2>/dev/null || true
cat > odoo.conf <<C
[options]
db_host = 127.0.0.1
db_port = $PGPORT
db_user = odoo
db_password = odoo
db_name = crmtest
dbfilter = ^crmtest\$
list_db = False
http_interface = 127.0.0.1
http_port = $PORT
workers = 0
max_cron_threads = 0
data_dir = $D/data
without_demo = True
log_level = warn
log_handler = odoo.addons.rpc.controllers.jsonrpc:ERROR,odoo.addons.rpc.controllers.xmlrpc:ERROR
C
export PYTHONPATH=$D/unpacked/usr/lib/python3/dist-packages
O="venv/bin/python unpacked/usr/bin/odoo"
# 5. A clean database is made once, with an API key, and copied for every start.
sql -c "drop database if exists crmtest" 2>/dev/null
if [ -z "$(sql -c "select 1 from pg_database where datname = 'crmclean'")" ]; then
  $O -c odoo.conf -d crmtest -i crm --stop-after-init >init.log 2>&1
  (umask 077; $O shell -c odoo.conf --no-http >key.log 2>&1 <<'P'
import datetime
expires = datetime.datetime.now() + datetime.timedelta(days=30)
key = env["res.users.apikeys"].with_user(2)._generate("rpc", "test", expires)
env.cr.commit()
open("apikey", "w").write(key)
P
  )
  sql -c "alter database crmtest rename to crmclean"
fi
sql -c "create database crmtest template crmclean owner odoo"
nohup $O -c odoo.conf >server.log 2>&1 & echo $! >odoo.pid
for _ in $(seq 240); do curl -sf -o /dev/null "http://127.0.0.1:$PORT/web/health" && exit 0; sleep .5; done
echo "Odoo did not come up; see $D/server.log" >&2; exit 1
