package imageref

import (
	"slices"
	"strings"
)

// scratch are the registries that tests set up on the machine they run on, and
// one that anybody may push to and that forgets within a day.
var scratch = []string{
	"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "ko.local", "kind.local", "registry.local", "kind-registry", "host.docker.internal", "ttl.sh",
}

// IsScratch tells whether an image, or the beginning of its name, lies in a
// registry that is gone with the machine or the day: what is pushed there is
// not published. A name without a registry does not.
func IsScratch(image string) bool {
	host, _, _ := strings.Cut(image, "/")
	port := strings.LastIndexByte(host, ':')
	if port > strings.LastIndexByte(host, ']') {
		host = host[:port]
	} else if host == image && !strings.Contains(host, ".") {
		return false // localhost alone is an image of that name
	}
	return slices.Contains(scratch, host) || strings.HasSuffix(host, ".localhost")
}
