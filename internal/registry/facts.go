package registry

// Image is what is known of one image, for all platforms that it has. It is
// shared and not to be changed.
type Image struct {
	Reference   string            `json:"reference"`  // as it was asked for, in full
	Digest      string            `json:"digest"`     // of what the reference names; "" in an archive of Docker's, which has none
	MediaType   string            `json:"media_type"` // of what the reference names
	Annotations map[string]string `json:"annotations,omitempty"`
	Platforms   []Platform        `json:"platforms"`
	Attachments []Descriptor      `json:"attachments,omitempty"` // children of an index that no platform runs, such as BuildKit's attestations

	// Inconsistent says in what the platforms differ that should be one, or
	// where an index says of a platform what its configuration does not.
	Inconsistent []string `json:"inconsistent,omitempty"`
}

// Platform is the image for one platform: its manifest and configuration.
type Platform struct {
	OS           string            `json:"os"`
	Architecture string            `json:"architecture"`
	Variant      string            `json:"variant,omitempty"`
	Digest       string            `json:"digest"`        // of the manifest
	ConfigDigest string            `json:"config_digest"` // the image's ID
	User         string            `json:"user"`          // as configured: "", "1000", "app:app"
	WorkingDir   string            `json:"working_dir,omitempty"`
	Created      string            `json:"created,omitempty"` // RFC 3339, as configured
	Labels       map[string]string `json:"labels,omitempty"`
	Env          []string          `json:"env,omitempty"`
	Entrypoint   []string          `json:"entrypoint,omitempty"`
	Cmd          []string          `json:"cmd,omitempty"`
	Ports        []string          `json:"ports,omitempty"`
	History      []Step            `json:"history,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"` // of the manifest
	Layers       []Descriptor      `json:"layers,omitempty"`
}

// String writes a platform as Docker does: linux/arm/v7.
func (p Platform) String() string {
	text := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		text += "/" + p.Variant
	}
	return text
}

// Step is one line of the history of a configuration.
type Step struct {
	Created    string `json:"created,omitempty"`
	CreatedBy  string `json:"created_by,omitempty"`
	Comment    string `json:"comment,omitempty"`
	EmptyLayer bool   `json:"empty_layer,omitempty"`
}

// Descriptor points to a manifest or blob.
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	Annotations  map[string]string `json:"annotations,omitempty"`
}

// Manifest is a manifest or index, byte for byte.
type Manifest struct {
	MediaType string
	Digest    string // of Bytes
	Bytes     []byte
}
