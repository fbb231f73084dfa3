package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
)

// The media types of manifests, indexes and configurations.
const (
	ociManifest    = "application/vnd.oci.image.manifest.v1+json"
	ociIndex       = "application/vnd.oci.image.index.v1+json"
	ociConfig      = "application/vnd.oci.image.config.v1+json"
	ociEmpty       = "application/vnd.oci.empty.v1+json"
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	dockerConfig   = "application/vnd.docker.container.image.v1+json"
)

func isManifest(mediaType string) bool {
	return mediaType == ociManifest || mediaType == dockerManifest
}
func isIndex(mediaType string) bool  { return mediaType == ociIndex || mediaType == dockerList }
func isConfig(mediaType string) bool { return mediaType == ociConfig || mediaType == dockerConfig }

// wireManifest is a manifest or an index, as it is written.
type wireManifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        *wireDescriptor   `json:"config"`
	Layers        []wireDescriptor  `json:"layers"`
	Manifests     []wireDescriptor  `json:"manifests"`
	Annotations   map[string]string `json:"annotations"`
	FSLayers      json.RawMessage   `json:"fsLayers"`
}

type wireDescriptor struct {
	Descriptor
	Platform *wirePlatform `json:"platform"`
}

type wirePlatform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

// parseManifest reads a manifest or index that was served as a media type. It
// answers the media type that it has, and refuses what is two things at once.
func parseManifest(data []byte, served string) (m wireManifest, err error) {
	if err := decode(data, &m); err != nil {
		return m, err
	}
	if m.MediaType, err = agreed(served, m.MediaType); err != nil {
		return m, err
	}
	if err := m.check(); err != nil {
		return m, err
	}
	for _, d := range m.descriptors() {
		if !isDigest(d.Digest) || d.Size < 0 {
			return m, fmt.Errorf("it points to %q of %d bytes", shorten(d.Digest), d.Size)
		}
	}
	return m, nil
}

// agreed is the media type that header and document say, where both do.
func agreed(served, written string) (string, error) {
	if base, _, err := mime.ParseMediaType(served); err == nil {
		served = base
	}
	switch served {
	case "", "application/json", "application/octet-stream", "text/plain":
		served = written
	}
	switch {
	case served == "":
		return "", errors.New("neither it nor the registry says what media type it has")
	case written != "" && written != served:
		return "", fmt.Errorf("it is served as %q and calls itself %q", shorten(served), shorten(written))
	}
	return served, nil
}

// check refuses what is no manifest and no index, or both.
func (m wireManifest) check() error {
	switch {
	case m.SchemaVersion == 1 || m.FSLayers != nil:
		return errors.New("it has the old schema 1, whose digest says nothing of the image")
	case !isManifest(m.MediaType) && !isIndex(m.MediaType):
		return fmt.Errorf("its media type %q is none of an image", shorten(m.MediaType))
	case m.SchemaVersion != 2:
		return fmt.Errorf("its schema version is %d, not 2", m.SchemaVersion)
	case isIndex(m.MediaType) && (m.Layers != nil || m.Config != nil):
		return errors.New("it calls itself an index and has layers or a configuration")
	case isManifest(m.MediaType) && m.Manifests != nil:
		return errors.New("it calls itself a manifest and has manifests")
	case isManifest(m.MediaType) && m.Config == nil:
		return errors.New("it is a manifest without configuration")
	}
	return nil
}

// descriptors are all that a document points to.
func (m wireManifest) descriptors() []wireDescriptor {
	all := append(append([]wireDescriptor{}, m.Layers...), m.Manifests...)
	if m.Config != nil {
		all = append(all, *m.Config)
	}
	return all
}

// artifactType is what kind of artifact a manifest is.
func (m wireManifest) artifactType() string {
	if m.ArtifactType != "" || m.Config == nil {
		return m.ArtifactType
	}
	return m.Config.MediaType
}

// wireConfig is a configuration, as it is written.
type wireConfig struct {
	Created      string `json:"created"`
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	Config       struct {
		User         string
		WorkingDir   string
		Env          []string
		Entrypoint   words
		Cmd          words
		Labels       map[string]string
		ExposedPorts map[string]struct{}
	} `json:"config"`
	History []struct {
		Created    string `json:"created"`
		CreatedBy  string `json:"created_by"`
		Comment    string `json:"comment"`
		EmptyLayer bool   `json:"empty_layer"`
	} `json:"history"`
}

// words is a list of words, which old builders wrote as one string.
type words []string

func (w *words) UnmarshalJSON(data []byte) error {
	var list []string
	if err := json.Unmarshal(data, &list); err == nil {
		*w = list
		return nil
	}
	var one string
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	*w = words{one}
	return nil
}
