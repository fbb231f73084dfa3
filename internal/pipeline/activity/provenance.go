package activity

import (
	"path"
	"regexp"
	"strings"
)

// provenance tells whether a command that builds attaches provenance to what
// it pushes. BuildKit does so by itself where it pushes; what is kept on the
// machine first, and pushed by another command, has none.
func (c *call) provenance(pushes string) string {
	switch program := path.Base(c.program); {
	case attests(c):
		return "yes"
	case program == "depot" || program == "nixpacks":
		return ""
	case program != "docker" && program != "docker-buildx":
		return "no"
	case pushes == "no" || c.has("--provenance") || c.scope.finder.withoutAttestations(c.scope):
		return "no"
	}
	return "yes"
}

// withoutAttestations tells whether BuildKit is told to attach nothing by
// itself.
func (f *finder) withoutAttestations(s *scope) bool {
	v := f.variable(s, "BUILDX_NO_DEFAULT_ATTESTATIONS")
	return v != nil && (v.Value == "1" || strings.EqualFold(v.Value, "true"))
}

// oldBuildPush matches the versions of docker/build-push-action that attach
// nothing unless they are told to.
var oldBuildPush = regexp.MustCompile(`^v[1-3](\.|$)`)

// provenance tells the same of docker/build-push-action.
func (u *useCall) provenance() string {
	asked := strings.ToLower(u.value("provenance"))
	switch {
	case strings.Contains(asked, "${{"):
		return ""
	case buildAttests(u):
		return "yes"
	case asked == "false" || oldBuildPush.MatchString(u.step.Uses.Ref) || u.finder.withoutAttestations(u.scope):
		return "no"
	}
	return "yes"
}
