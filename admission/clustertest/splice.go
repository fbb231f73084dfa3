package clustertest

import (
	"bytes"
	"io"
	"net"
	"os"
	"path/filepath"
)

// splice carries bytes both ways until one end is done.
func splice(a, b net.Conn) {
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		go func() {
			io.Copy(way[0], way[1])
			done <- struct{}{}
		}()
	}
	<-done
	a.Close()
	b.Close()
}

// replaceFile writes a file, in its place at once, where it is another one.
func replaceFile(path string, text []byte) error {
	if current, err := os.ReadFile(path); err == nil && bytes.Equal(current, text) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// linkFile puts a file at another path, too.
func linkFile(from, to string) error {
	if _, err := os.Stat(to); err == nil {
		return nil
	}
	if os.Link(from, to) == nil {
		return nil
	}
	text, err := os.ReadFile(from) // another file system
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o755)
}
