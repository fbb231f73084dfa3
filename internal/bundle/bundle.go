package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Bundle is a bundle of OPA with rules of guard's. It is immutable.
type Bundle struct {
	Revision string   // as its .manifest says; of guard's own a semantic version
	Roots    []string // what of data the bundle owns
	Archive  []byte   // the whole as .tar.gz
	Tar      string   // sha256 digest of what Archive holds, unpacked

	files files
}

// manifestName is the file of a bundle that describes it to OPA.
const manifestName = ".manifest"

// manifest is what guard writes and reads of it.
type manifest struct {
	Revision    string   `json:"revision"`
	Roots       []string `json:"roots"`
	RegoVersion int      `json:"rego_version"`
}

// root is the part of data that a bundle of guard's owns.
const root = "guard"

// rulesDir is where a bundle has its rules.
const rulesDir = "guard/rules"

// LayerFile is where a bundle has what it demands of those who use it. Its name
// has no ending, so that neither OPA nor conftest takes it for data.
const LayerFile = "guard/layer"

// Build makes a bundle of files, by their slash-separated paths. The revision
// is a semantic version, so that it is known which of two bundles is newer.
func Build(revision string, of map[string][]byte) (*Bundle, error) {
	if !IsVersion(revision) {
		return nil, fmt.Errorf("revision %q: expected a semantic version such as 1.4.0, without a v and without +", revision)
	}
	all := maps.Clone(files(of))
	for name := range all {
		if name != root && !strings.HasPrefix(name, root+"/") {
			return nil, fmt.Errorf("%s lies outside of %s/, which is all that the bundle owns", name, root)
		}
	}
	text, err := json.Marshal(manifest{Revision: revision, Roots: []string{root}, RegoVersion: 1})
	if err != nil {
		return nil, err
	}
	all[manifestName] = append(text, '\n')
	archive, err := pack(all)
	if err != nil {
		return nil, err
	}
	return Read(archive)
}

// Read reads a bundle from a .tar.gz, within the limits that hold for bundles.
// Its error says what is wrong with it.
func Read(archive []byte) (*Bundle, error) {
	all, tar, err := unpack(archive)
	if err != nil {
		return nil, err
	}
	b := &Bundle{Archive: bytes.Clone(archive), Tar: tar, files: all}
	text, there := all[manifestName]
	if !there {
		return nil, errors.New("it has no .manifest, so it is no bundle of OPA")
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("its .manifest: %w", err)
	}
	b.Revision, b.Roots = m.Revision, m.Roots
	if len(all.below(rulesDir)) == 0 {
		return nil, fmt.Errorf("it holds nothing in %s; guard policy bundle build makes bundles that do", rulesDir)
	}
	return b, nil
}

// Rules are the rules of the bundle, as <category>/<name>.rego.
func (b *Bundle) Rules() fs.FS {
	below := files{}
	for name, data := range b.files {
		if rest, inside := strings.CutPrefix(name, rulesDir+"/"); inside {
			below[rest] = data
		}
	}
	return &tree{below}
}

// Layer is the text of what the bundle demands of those who use it; nil where it
// demands nothing.
func (b *Bundle) Layer() []byte { return b.files[LayerFile] }

// FS is everything in the bundle.
func (b *Bundle) FS() fs.FS { return &tree{b.files} }

// tree makes files comparable, as users of a file system may expect.
type tree struct{ files }

// Names lists the files of the bundle, sorted.
func (b *Bundle) Names() []string { return slices.Sorted(maps.Keys(b.files)) }

// IsVersion tells whether a revision says which of two bundles is newer: it is
// a whole semantic version, such as 1.4.0 or 2.0.0-rc.1.
func IsVersion(revision string) bool {
	v := "v" + revision
	return semver.IsValid(v) && semver.Canonical(v) == v
}

// compareVersions is negative where a is older than b. Both are versions.
func compareVersions(a, b string) int { return semver.Compare("v"+a, "v"+b) }
