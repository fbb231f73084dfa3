package registry

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path"
	"strings"

	"guard/internal/registry/transport"
)

// maxEntries bounds the files of an archive, and with it the time to list it.
const maxEntries = 100_000

// archive is a tar file. What is in it is listed once and read where it
// stands; layers are passed over.
type archive struct {
	file  *os.File
	where map[string]part
}

// part is where a file of an archive stands.
type part struct{ at, size int64 }

func openArchive(name string) (*archive, error) {
	if info, err := os.Stat(name); err != nil {
		return nil, unreadable(err)
	} else if !info.Mode().IsRegular() {
		return nil, invalid("it is no regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(err)
	}
	a := &archive{f, map[string]part{}}
	if err := a.list(); err != nil {
		f.Close()
		return nil, err
	}
	return a, nil
}

// list notes where each small regular file stands.
func (a *archive) list() error {
	reader := tar.NewReader(a.file)
	for range maxEntries {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return invalid("it is no tar file that can be read, or a compressed one: %w", err)
		}
		if header.Typeflag != tar.TypeReg || header.Size > MaxBlob {
			continue
		}
		name := path.Clean(strings.TrimPrefix(header.Name, "/"))
		if _, twice := a.where[name]; twice {
			return invalid("it holds %q twice", shorten(name))
		}
		at, err := a.file.Seek(0, io.SeekCurrent)
		if err != nil {
			return unreadable(err)
		}
		a.where[name] = part{at, header.Size}
	}
	return invalid("it holds more than %d files", maxEntries)
}

func (a *archive) read(name string, limit int64) ([]byte, error) {
	p, found := a.where[path.Clean(name)]
	switch {
	case !found:
		return nil, notFound("no file %q in it that is small enough", shorten(name))
	case p.size > limit:
		return nil, invalid("%s is larger than %d bytes", shorten(name), limit)
	}
	data := make([]byte, p.size)
	if _, err := a.file.ReadAt(data, p.at); err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

func notFound(format string, args ...any) error {
	err, _ := invalid(format, args...).(*transport.Error)
	err.Kind = ErrNotFound
	return err
}
