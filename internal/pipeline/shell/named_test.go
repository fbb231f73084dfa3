package shell

import "testing"

func TestReaderFor(t *testing.T) {
	tests := []struct {
		name    string
		command []string
		want    Reader
		known   bool
	}{
		{"bash", []string{"bash"}, Reader{}, true},
		{"bash as GitHub runs it", []string{"bash", "--noprofile", "--norc", "-eo", "pipefail", "{0}"}, Reader{Pipefail: true}, true},
		{"a path and trace", []string{"/bin/sh", "-xc"}, Reader{Dialect: POSIX, Trace: true}, true},
		{"behind env", []string{"/usr/bin/env", "bash"}, Reader{}, true},
		{"PowerShell", []string{"pwsh", "-command"}, Reader{}, false},
		{"nothing", nil, Reader{}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, known := ReaderFor(tt.command)
			if known != tt.known || got.Dialect != tt.want.Dialect || got.Pipefail != tt.want.Pipefail || got.Trace != tt.want.Trace {
				t.Errorf("ReaderFor(%q) = %+v, %v; want %+v, %v", tt.command, got, known, tt.want, tt.known)
			}
		})
	}
}
