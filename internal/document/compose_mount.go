package document

import (
	"slices"
	"strings"

	"guard/internal/tree"
)

// mounts reads the volumes of a service in both forms.
func (r *composeReader) mounts(service string, list place) []ComposeMount {
	mounts := []ComposeMount{}
	for _, at := range r.list(list) {
		switch {
		case at.node.Type() == tree.Map:
			mounts = append(mounts, r.longMount(service, at))
		case at.node.IsScalar():
			mounts = append(mounts, shortMount(r.filled(at)))
		default:
			r.wrong(at, "a string or a map")
		}
	}
	return mounts
}

// longMount reads the form with keys; one of type image is an image as well.
func (r *composeReader) longMount(service string, at place) ComposeMount {
	source := r.filled(at.get("source"))
	readOnly := r.filledFlag(at.get("read_only"))
	if r.filled(at.get("type")).Value == "image" && source.Value != "" {
		r.doc.Images = append(r.doc.Images, r.load.image(source.Value, source.Path, RoleVolume, "service "+service))
	}
	mount := ComposeMount{
		Source:   source.Value,
		Target:   r.filled(at.get("target")).Value,
		ReadOnly: readOnly.Value != nil && *readOnly.Value,
		Path:     at.path,
	}
	if source.Value != "" {
		mount.Path = source.Path
	}
	return mount
}

// shortMount reads [source:]target[:options]. A source may be a drive of
// Windows, C:\data.
func shortMount(text Text) ComposeMount {
	mount := ComposeMount{Path: text.Path}
	drive, rest := splitDrive(text.Value)
	parts := strings.Split(rest, ":")
	if len(parts) == 1 {
		mount.Target = text.Value
		return mount
	}
	mount.Source, mount.Target = drive+parts[0], parts[1]
	if len(parts) > 2 {
		mount.ReadOnly = slices.Contains(strings.Split(parts[len(parts)-1], ","), "ro")
	}
	return mount
}

// splitDrive takes a Windows drive such as C: off a path.
func splitDrive(text string) (drive, rest string) {
	letter := len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') && (text[0]|0x20) >= 'a' && (text[0]|0x20) <= 'z'
	if !letter {
		return "", text
	}
	return text[:2], text[2:]
}
