# What `npm run backup` and `npm run restore` ask of the copier's container: sh -c SCRIPT sh WHAT ARGUMENT...
umask 077
WHO=by-hand

fail() {
  echo "$1" >&2
  exit 1
}

# The databases are there and may be written, or the first reason why not as `CODE|FILE|WORDS`.
rehearse() {
  trouble=$(problems | grep -v -E "^(${1:-none})\|" | head -n 1)
  [ -z "$trouble" ] || fail "problem=$trouble"
}

# copy FOLDER: prints `SHA256 PATH` of each
copy() {
  rehearse
  said=$(copy_all "$BACKUPS/$1") || fail "$said"
  echo "name $(now_name)"
  (cd "$BACKUPS/$1" && find . -type f -exec sha256sum {} +) | while read -r sum file; do echo "$sum ${file#.}"; done
}

# receive FOLDER PATH: a file from standard input; prints its SHA256
receive() {
  said=$(mkdir -p "$(dirname "$BACKUPS/$1$2")" 2>&1 && cat 2>&1 > "$BACKUPS/$1$2") || {
    rm -rf "${BACKUPS:?}/$1"
    # kubectl waits for ever for somebody to read what it has to send.
    cat > /dev/null
    no_room_for_restore "$said"
  }
  sha256sum < "$BACKUPS/$1$2" | cut -d ' ' -f 1
}

no_room_for_restore() {
  fail "the copy does not fit on the claim of the copies ($(free_kib "$BACKUPS") KiB free): ${1:-no room}"
}

# fetch FOLDER NAME: a copy of this claim as what is to be restored; prints the name
fetch() {
  name=$2
  [ "$name" != newest ] || name=$(list_copies | tail -n 1)
  from=$COPIES/$name
  [ "$name" != before-restore ] || from=$BACKUPS/before-restore
  [ -n "$name" ] && [ -d "$from" ] || fail "there is no copy ${2}; there are: $(list_copies | tr '\n' ' ')$(cd "$BACKUPS" && ls -d before-restore 2>/dev/null)"
  said=$(cp -r "$from" "$BACKUPS/$1" 2>&1) || { rm -rf "${BACKUPS:?}/$1"; no_room_for_restore "$said"; }
  echo "$name"
}

size_kib() {
  if [ -e "$1" ]; then echo $((($(stat -c %s "$1") + 1023) / 1024)); else echo 0; fi
}

existing() {
  folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  echo "$folder"
}

# prepare FOLDER [anew]: checks it and hands it to the next start of the pod; databases may be made where there are none
prepare() {
  folder=$BACKUPS/$1 anew=${2:-}
  said=$(check "$folder") || { rm -rf "$folder"; fail "$said"; }
  rm -rf "$BACKUPS/restore" "$BACKUPS/restore.aside"
  mv "$folder" "$BACKUPS/restore" && touch "$BACKUPS/restore"
}

check() {
  find "$1" -type f ! -name '*-wal' ! -name '*-journal' | while IFS= read -r copy; do
    file=${copy#"$1"}
    said=$(verify "$copy") || { echo "the copy of $file $said"; exit 1; }
    # With a wrong name the program would go on with its own, and nobody notice.
    others=$(sed -n 's/^found=//p' "$STATE/status" 2>/dev/null)
    if [ ! -e "$file" ] && [ -z "$anew" ] && [ -n "$others" ]; then
      echo "problem=misnamed|$file|$(echo "$others" | one_line)"
      exit 1
    fi
    folder=$(existing "$(dirname "$file")")
    if [ ! -w "$folder" ] || { [ -e "$file" ] && { [ ! -w "$file" ] || [ ! -r "$file" ]; }; }; then
      echo "problem=unwritable|$file|$(stat -c 'owner %u, mode %a' "$(if [ -e "$file" ]; then echo "$file"; else echo "$folder"; fi)"), copier $(id -u)"
      exit 1
    fi
    more=$(($(size_kib "$copy") - $(size_kib "$file")))
    if [ "$more" -gt "$(free_kib "$folder")" ]; then
      echo "the claim of the database has no room for $file: $(free_kib "$folder") KiB free, $more KiB more needed"
      exit 1
    fi
  done || return 1
  # The last one gives way to it.
  old=$(du -sk "$BACKUPS/before-restore" 2>/dev/null | cut -f 1)
  if [ "$(databases_kib)" -gt "$(($(free_kib "$BACKUPS") + ${old:-0}))" ]; then
    echo "there is no room to copy aside what is there: $(free_kib "$BACKUPS") KiB free on the claim of the copies, $(databases_kib) KiB needed"
    return 1
  fi
}

# discard FOLDER
discard() {
  rm -rf "${BACKUPS:?}/$1" "$BACKUPS/.copy-by-hand"*
}

# withdraw FOLDER: and what it was prepared as, unless that is being done
withdraw() {
  discard "$1"
  [ -d "$BACKUPS/restore.aside" ] || rm -rf "$BACKUPS/restore"
}

"$@"
