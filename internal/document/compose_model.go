package document

import "guard/internal/finding"

// Compose is the model of a Compose file.
type Compose struct {
	Services []ComposeService `json:"services"`
}

// ComposeService is one service.
type ComposeService struct {
	Name        string         `json:"name"`
	Path        finding.Path   `json:"path"`
	Image       Text           `json:"image"` // variables replaced by their defaults
	Build       bool           `json:"build"` // it has a build section
	Privileged  Flag           `json:"privileged"`
	User        Text           `json:"user"`
	Root        bool           `json:"root"`       // the user is root: by name, by number, or by a number out of range
	APISocket   Flag           `json:"api_socket"` // use_api_socket: Compose hands the engine's socket in
	NetworkMode Text           `json:"network_mode"`
	PID         Text           `json:"pid"`
	IPC         Text           `json:"ipc"`
	Volumes     []ComposeMount `json:"volumes"`
}

// ComposeMount is one volume of a service.
type ComposeMount struct {
	Source   string       `json:"source"` // "" for an anonymous volume
	Target   string       `json:"target"`
	ReadOnly bool         `json:"read_only"`
	Path     finding.Path `json:"path"` // of what names the source, or of the volume
}
