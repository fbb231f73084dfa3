package document

import (
	"slices"
	"strconv"
	"strings"
)

// ImageFacts is what a registry says of an image, and what follows from it. A
// fact that is not known is "", null or an empty list; where Known is false
// none is.
type ImageFacts struct {
	Known     bool   `json:"known"`      // a registry was asked and has answered, if only that there is no such image
	Reason    string `json:"reason"`     // why it is not known; "" where it is
	Exists    bool   `json:"exists"`     // the registry has the image
	Digest    string `json:"digest"`     // of what the reference names
	TagDigest string `json:"tag_digest"` // of what the tag beside a digest names today; "" where there is no such tag, or it was not asked for
	Created   string `json:"created"`    // RFC 3339, of the platform that was built last; "" where none says so credibly

	Platforms    []PlatformFacts `json:"platforms"`
	Inconsistent []string        `json:"inconsistent"` // in what the platforms differ that should be one, as clauses
	Inherited    string          `json:"inherited"`    // why its labels are those of another image, a clause; "" where nothing says so
	Commits      []CommitFacts   `json:"commits"`      // that it says it was built from, where they are of this repository
	Secrets      []ImageSecret   `json:"secrets"`      // in its configuration and history

	MoreSecrets bool `json:"more_secrets"` // configuration and history hold more than was looked at for secrets

	UserDecides bool `json:"user_decides"` // who runs it is known to say nothing of its user, so that the image's own runs

	Trust TrustFacts `json:"trust"` // what the trust policy makes of what is signed about it
}

// PlatformFacts is an image for one platform.
type PlatformFacts struct {
	Name      string  `json:"name"` // "linux/arm64"
	OS        string  `json:"os"`
	Digest    string  `json:"digest"`
	User      string  `json:"user"`       // as configured: "", "1000", "app:app"
	UserState string  `json:"user_state"` // root (none is root), numeric, named, out-of-range
	Revision  string  `json:"revision"`   // label org.opencontainers.image.revision; "" where there is none
	Commit    string  `json:"commit"`     // the revision, where it can be a commit: hex digits in lower case; else ""
	Source    string  `json:"source"`     // label org.opencontainers.image.source; "" where there is none
	Labels    []Label `json:"labels"`     // by name, secrets in them redacted
}

// Label is a label of an image.
type Label struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// CommitFacts is what the local clone knows of a commit that an image names.
type CommitFacts struct {
	ID     string `json:"id"`     // as the image has it
	From   string `json:"from"`   // where: "tag", "label"
	State  string `json:"state"`  // reached (from a branch or tag), unreached, missing, ambiguous, no commit, unknown
	Reason string `json:"reason"` // why it is not reached, a clause
}

// ImageSecret is a literal secret in an image.
type ImageSecret struct {
	Place    string `json:"place"`    // "variable API_TOKEN", "label x", "history"
	What     string `json:"what"`     // "GitHub personal access token", "a secret by its name"
	Redacted string `json:"redacted"` // at most 4 first characters and ****

	value string
}

// unasked are the facts of an image that nobody asked a registry for. They are
// made anew for each document, since secrets are concealed in place.
func unasked() *ImageFacts { return &ImageFacts{Reason: "no registry was asked"} }

// UserState says as whom an image runs that is configured with a user: root,
// numeric, named, out-of-range. None is root.
func UserState(user string) string { return userState(strings.TrimSpace(user)) }

// Pulled tells whether an image is one in a registry, as far as is known here:
// build stages, scratch, what is built or pushed here and what Istio replaces
// are none, and neither is what holds a variable.
func (i *Image) Pulled() bool {
	switch {
	case i.Stage, i.Role == RoleBuilt, i.Role == RolePushed, i.Injected, i.Role == RoleBase && i.Name == "scratch":
		return false
	}
	return !i.Unresolved && i.Invalid == "" && i.BadDigest == "" && i.Registry != "" && i.Repository != ""
}

// Builds tells whether the files of the run build an image themselves.
func (f Facts) Builds(image *Image) bool {
	return f.built[repository(image)] || f.artifacts[image.Name]
}

// Tell gives an image the facts of a registry.
func (d *Document) Tell(image *Image, facts ImageFacts) {
	facts.UserDecides = d.leavesUser(image)
	image.Facts = &facts
}

// leavesUser tells whether what runs an image is seen whole, and leaves it to
// the image as whom.
func (d *Document) leavesUser(image *Image) bool {
	for _, pod := range d.pods() {
		for _, c := range pod.Containers {
			if c.Image.Path.String() == image.Path.String() {
				nonRoot := c.Effective.RunAsNonRoot.Value
				return !pod.Fragment && c.Effective.RunAsUser.Value == nil && (nonRoot == nil || !*nonRoot)
			}
		}
	}
	if d.Compose == nil {
		return false
	}
	return slices.ContainsFunc(d.Compose.Services, func(s ComposeService) bool {
		return s.Image.Path.String() == image.Path.String() && s.User.Value == ""
	})
}

func (d *Document) pods() []Workload {
	if d.Workload == nil {
		return nil
	}
	return append([]Workload{*d.Workload}, d.Kubernetes.MorePods...)
}

// LeaveUnknown says what is not known of an image, and where it is used.
func (d *Document) LeaveUnknown(image *Image, what string) {
	message := "image " + strconv.Quote(image.Raw) + " of " + image.Holder + ": " + what
	d.Incomplete = append(d.Incomplete, Problem{Message: message, Path: image.Path})
}

// RedactText is what may be shown of a text of an image, at most limit bytes:
// without secrets, also those that a name before it gives away.
func RedactText(name, text string, limit int) string {
	whole := Load("image.txt", []byte(clip(name+text, limit)), Options{})[0]
	shown := whole.Redact(whole.Text.Text)
	if cut, ok := strings.CutPrefix(shown, name); ok {
		return cut
	}
	return shown
}
