package bundle

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"guard/internal/registry/signature"
)

// Cache keeps bundles on disk: what has been pulled under its digest, and of
// each reference what it named and what was signed about it. Nothing in it is
// believed: bytes are compared with their digest, and signatures verified, each
// time that they are read.
type Cache struct {
	Dir string // is made where it is missing
}

// The limits of what is kept.
const (
	maxRecord = 24 << 20  // bytes of a record as a file
	maxSigned = 8 << 20   // bytes of what is signed about one bundle
	maxPinned = 50        // bundles that are named by digest; what tags named is remembered
	inUse     = time.Hour // as long what no record names may be about to be named
)

// record is what a reference named when it was last accepted.
type record struct {
	Version    int       `json:"version"` // of the format: 1
	Repository string    `json:"repository"`
	Reference  string    `json:"reference"` // a tag or a digest
	Digest     string    `json:"digest"`    // of the manifest
	Layer      string    `json:"layer"`
	Revision   string    `json:"revision"`
	Checked    time.Time `json:"checked"` // when the registry said so
	Signed     answers   `json:"signed"`
}

func (c *Cache) blobFile(digest string) (string, error) {
	if !signature.ValidDigest(digest) {
		return "", fmt.Errorf("%q is no sha256 digest", shorten(digest))
	}
	return filepath.Join(c.Dir, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:")), nil
}

// recordFile is named by a digest: references hold what file names must not.
func (c *Cache) recordFile(repository, reference string) string {
	sum := sha256.Sum256([]byte(repository + "\x00" + reference))
	return filepath.Join(c.Dir, "records", hex.EncodeToString(sum[:])+".json")
}

// blob gives what has a digest; fs.ErrNotExist where it is not there.
func (c *Cache) blob(digest string, limit int64) ([]byte, error) {
	name, err := c.blobFile(digest)
	if err != nil {
		return nil, err
	}
	data, err := readFile(name, limit)
	if err == nil && signature.DigestOf(data) != digest {
		return nil, fmt.Errorf("%s is not what its name says; remove it", name)
	}
	return data, err
}

func (c *Cache) putBlob(data []byte) error {
	name, err := c.blobFile(signature.DigestOf(data))
	if err != nil {
		return err
	}
	return writeFile(name, data)
}

// record gives what is known of a reference; nil where nothing is.
func (c *Cache) record(repository, reference string) (*record, error) {
	name := c.recordFile(repository, reference)
	r, err := readRecord(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && (r.Repository != repository || r.Reference != reference) {
		err = errors.New("it is of another bundle")
	}
	if err != nil {
		return nil, fmt.Errorf("the cache of bundles: %s: %w; remove it", name, err)
	}
	return r, nil
}

func readRecord(name string) (*record, error) {
	data, err := readFile(name, maxRecord)
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	if r.Version != 1 {
		return nil, fmt.Errorf("it has the version %d, not 1", r.Version)
	}
	return &r, nil
}

func (c *Cache) putRecord(r *record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := writeFile(c.recordFile(r.Repository, r.Reference), data); err != nil {
		return err
	}
	return c.sweep()
}

// sweep removes the oldest of many bundles that were named by digest, and what
// no record names any more.
func (c *Cache) sweep() error {
	dir := filepath.Join(c.Dir, "records")
	entries, err := newestFirst(dir)
	if err != nil {
		return err
	}
	named, pinned := map[string]bool{}, 0
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		r, err := readRecord(name)
		if err != nil {
			return nil // who knows what it names
		}
		if signature.ValidDigest(r.Reference) {
			if pinned++; pinned > maxPinned {
				if err := gone(os.Remove(name)); err != nil {
					return err
				}
				continue
			}
		}
		named[strings.TrimPrefix(r.Digest, "sha256:")], named[strings.TrimPrefix(r.Layer, "sha256:")] = true, true
	}
	return c.sweepBlobs(named)
}

func (c *Cache) sweepBlobs(named map[string]bool) error {
	dir := filepath.Join(c.Dir, "blobs", "sha256")
	entries, err := newestFirst(dir)
	for _, e := range entries {
		if !named[e.Name()] && time.Since(e.ModTime()) > inUse {
			err = errors.Join(err, gone(os.Remove(filepath.Join(dir, e.Name()))))
		}
	}
	return err
}

// newestFirst lists the files of a directory, leaving out what others are
// writing.
func newestFirst(dir string) ([]fs.FileInfo, error) {
	entries, err := os.ReadDir(dir)
	var list []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !strings.HasPrefix(e.Name(), ".") {
			list = append(list, info)
		}
	}
	slices.SortStableFunc(list, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	return list, err
}

// gone is an error of a removal; what somebody else has removed is removed.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// readFile reads a regular file. It looks before it opens: opening a named
// pipe might never return.
func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes", name, limit)
	}
	return data, err
}

// writeFile replaces a file as a whole, also where the machine goes down
// meanwhile.
func writeFile(name string, data []byte) (err error) {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
