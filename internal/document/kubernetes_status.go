package document

import (
	"strings"

	"guard/internal/imageref"
	"guard/internal/tree"
)

// statusLists are where the status of a Pod tells of its containers, by the
// role of their images.
var statusLists = map[Role]string{RoleContainer: "containerStatuses", RoleInit: "initContainerStatuses", RoleEphemeral: "ephemeralContainerStatuses"}

// pulledImage names an image that a container of a Pod was started from.
type pulledImage struct {
	role      Role
	container string
}

// pulledImages reads what the kubelet says a Pod runs: the imageID of its
// containers. What is not as it should be is left out, since nothing is
// denied for what only the kubelet writes.
func pulledImages(pod *tree.Node) map[pulledImage]string {
	all := map[pulledImage]string{}
	for role, list := range statusLists {
		statuses := pod.Dig("status", list)
		if statuses.Type() != tree.List {
			continue
		}
		for _, status := range statuses.Items[:min(len(statuses.Items), maxContainers)] {
			name, named := status.Get("name").Str()
			id, pulled := status.Get("imageID").Str()
			if named && pulled {
				all[pulledImage{role, name}] = id
			}
		}
	}
	return all
}

// runningDigest is the digest in an imageID such as
// docker.io/library/nginx@sha256:…; "" where it names none in the repository of
// the reference. Of what was pulled from elsewhere the digest may be another.
func runningDigest(ref imageref.Reference, id string) string {
	for _, scheme := range []string{"docker-pullable://", "docker://"} {
		id = strings.TrimPrefix(id, scheme)
	}
	if id == "" {
		return ""
	}
	running := (*imageref.Classifier)(nil).Parse(id)
	if running.Invalid != "" || running.Registry != ref.Registry || running.Repository != ref.Repository {
		return ""
	}
	return running.Digest
}
