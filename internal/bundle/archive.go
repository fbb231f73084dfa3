package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// The limits of a bundle.
const (
	MaxArchive  = 8 << 20  // bytes as it is stored
	maxUnpacked = 32 << 20 // bytes of what it holds
	maxFile     = 1 << 20  // bytes of one file
	maxFiles    = 4000
	maxName     = 255     // bytes of a path
	maxRatio    = 100     // bytes for one that is stored,
	freeBytes   = 1 << 20 // from here on
)

// pack writes files as .tar.gz that is the same everywhere: sorted, without
// times, owners and names of machines. It is not compressed, since compressors
// differ by their version and rules are small.
func pack(all files) ([]byte, error) {
	var out bytes.Buffer
	zip, err := gzip.NewWriterLevel(&out, gzip.NoCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(zip)
	for _, name := range all.andDirectories() {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(all[name])), Format: tar.FormatUSTAR}
		if strings.HasSuffix(name, "/") {
			header.Typeflag, header.Mode = tar.TypeDir, 0o755
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		if _, err := archive.Write(all[name]); err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
	}
	if err := errors.Join(archive.Close(), zip.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// andDirectories lists the files and, each with a slash behind it, the
// directories that they lie in, sorted: who unpacks them with ORAS has only the
// directories that are named.
func (f files) andDirectories() []string {
	names := map[string]bool{}
	for name := range f {
		names[name] = true
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			names[dir+"/"] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// unpack reads a .tar.gz, and gives the digest of what is in it. Whatever is
// no plain file in its own place is refused, not left out.
func unpack(archive []byte) (files, string, error) {
	text, err := inflate(archive)
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(text)
	all := &unpacking{files: files{}}
	for reader := tar.NewReader(bytes.NewReader(text)); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = all.take(header, reader)
		}
		if err != nil {
			return nil, "", fmt.Errorf("its archive: %w", err)
		}
	}
	return all.files, "sha256:" + hex.EncodeToString(sum[:]), all.nested()
}

// unpacking is what was read of an archive until now. What its entries have is
// counted too: a sparse one has more than is stored of it.
type unpacking struct {
	files
	size int64
}

// inflate unpacks one gzip stream and wants nothing behind it.
func inflate(archive []byte) ([]byte, error) {
	if len(archive) > MaxArchive {
		return nil, fmt.Errorf("it has %d bytes, more than %d", len(archive), MaxArchive)
	}
	in := bytes.NewReader(archive)
	zip, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("it is no gzip: %w", err)
	}
	zip.Multistream(false)
	most := min(maxUnpacked, freeBytes+maxRatio*len(archive))
	text, err := io.ReadAll(io.LimitReader(zip, int64(most)+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("unpack it: %w", err)
	case len(text) > most:
		return nil, fmt.Errorf("it unpacks to more than %d bytes", most)
	case in.Len() > 0:
		return nil, errors.New("something follows its gzip stream")
	}
	return text, nil
}

// take reads one entry. Some tools begin names with / or ./, which is the same
// place.
func (u *unpacking) take(header *tar.Header, in io.Reader) error {
	name := strings.TrimPrefix(strings.TrimPrefix(header.Name, "./"), "/")
	switch {
	case header.Typeflag == tar.TypeDir && (name == "" || isPlain(strings.TrimSuffix(name, "/"))):
		return nil
	case !isPlain(name):
		return fmt.Errorf("%q is no path inside of it", shorten(header.Name))
	case header.Typeflag != tar.TypeReg:
		return fmt.Errorf("%s is no regular file", name)
	case header.Size > maxFile:
		return fmt.Errorf("%s has %d bytes, more than %d", name, header.Size, maxFile)
	case len(u.files) == maxFiles:
		return fmt.Errorf("it holds more than %d files", maxFiles)
	}
	if u.size += header.Size; u.size > maxUnpacked {
		return fmt.Errorf("its files have more than %d bytes", maxUnpacked)
	}
	if _, twice := u.files[name]; twice {
		return fmt.Errorf("%s is there twice", name)
	}
	data, err := io.ReadAll(in)
	u.files[name] = data
	return err
}

// isPlain tells whether a name is a path that means the same to everybody.
func isPlain(name string) bool {
	return name != "." && fs.ValidPath(name) && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' || r == ':' })
}

// nested refuses a file that is also a directory.
func (f files) nested() error {
	for name := range f {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if _, both := f[dir]; both {
				return fmt.Errorf("its archive: %s is a file and a directory", dir)
			}
		}
	}
	return nil
}

func shorten(text string) string {
	if len(text) > 80 {
		return text[:80] + "…"
	}
	return text
}
