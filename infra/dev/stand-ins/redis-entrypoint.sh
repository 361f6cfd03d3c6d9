# As the official image does: options alone mean redis-server, root becomes the user redis, and the server
# takes connections from other containers.
[ "${1#-}" != "$1" ] && set -- redis-server "$@"
[ "$1" = redis-server ] && set -- "$@" --protected-mode no
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid redis --regid redis --clear-groups "$@"
fi
exec "$@"
