package trace

import "strings"

// Place writes the address of a repository as host and path, in lower case:
// git+https://github.com/Acme/shop.git@refs/heads/main and
// git@github.com:acme/shop are "github.com/acme/shop". User and password are
// left out. It is "" where the text is no such address.
func Place(address string) string {
	rest := strings.ToLower(strings.TrimSpace(address))
	scheme, after, found := strings.Cut(rest, "://")
	switch {
	case found && strings.Trim(strings.TrimPrefix(scheme, "git+"), "abcdefghijklmnopqrstuvwxyz") == "":
		rest = after
	case !found && strings.Contains(rest, "@") && strings.Contains(rest, ":"):
		rest = strings.Replace(rest, ":", "/", 1)
	case found:
		return ""
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	host, path, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndex(host, "@")+1:]
	host, _, _ = strings.Cut(host, ":")
	path, _, _ = strings.Cut(path, "@")
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	if !strings.Contains(host, ".") && host != "localhost" || path == "" || strings.ContainsAny(host+path, " \t\r\n") {
		return ""
	}
	return host + "/" + path
}
