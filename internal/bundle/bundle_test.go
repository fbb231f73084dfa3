package bundle_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/bundle"
)

// entry is one entry of an archive, as somebody hostile could write it.
type entry struct {
	name string
	text string
	kind byte // tar.TypeReg where 0
	link string
}

const manifest = `{"revision": "1.0.0", "roots": ["guard"], "rego_version": 1}`

// plain is a bundle with nothing wrong.
var plain = []entry{{name: ".manifest", text: manifest}, {name: "guard/rules/team/a.rego", text: "package guard.rules.team.a\n"}}

func archive(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Mode: 0o644, Size: int64(len(e.text))}
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRead_TakesWhatOthersWrite(t *testing.T) {
	for name, entries := range map[string][]entry{
		"as guard does":    plain,
		"with a slash":     {{name: "/.manifest", text: manifest}, {name: "/guard/rules/team/a.rego", text: "x"}},
		"with a dot":       {{name: "./.manifest", text: manifest}, {name: "./guard/rules/team/a.rego", text: "x"}},
		"with directories": {{name: "./", kind: tar.TypeDir}, {name: "guard/", kind: tar.TypeDir}, {name: ".manifest", text: manifest}, {name: "guard/rules/team/a.rego", text: "x"}},
	} {
		b, err := bundle.Read(archive(t, entries...))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := fs.Stat(b.Rules(), "team/a.rego"); err != nil || b.Revision != "1.0.0" {
			t.Errorf("%s: %v, revision %q", name, err, b.Revision)
		}
	}
}

// Whatever is no plain file in its own place is refused, and so is what does
// not stay within the limits.
func TestRead_RefusesWhatIsHostile(t *testing.T) {
	many := append([]entry{}, plain...)
	for i := range 4001 {
		many = append(many, entry{name: "guard/x/" + strings.Repeat("a", i%200+1) + strings.Repeat("b", i/200)})
	}
	with := func(more ...entry) []byte { return archive(t, append(append([]entry{}, plain...), more...)...) }
	zeros := strings.Repeat("\x00", 1<<20)
	var bomb []entry
	for _, name := range "abcdefghijklmnopqrstuvwxyz0123456789" {
		bomb = append(bomb, entry{name: "guard/" + string(name), text: zeros})
	}
	tests := map[string]struct {
		data []byte
		want string
	}{
		"a path that leads out":       {with(entry{name: "../evil.rego", text: "x"}), `"../evil.rego" is no path inside of it`},
		"a path that leads out later": {with(entry{name: "guard/../../evil", text: "x"}), "is no path inside of it"},
		"a path with two slashes":     {with(entry{name: "//etc/passwd", text: "x"}), "is no path inside of it"},
		"a path of Windows":           {with(entry{name: `guard\..\evil`, text: "x"}), "is no path inside of it"},
		"a drive of Windows":          {with(entry{name: `C:evil`, text: "x"}), "is no path inside of it"},
		"a path with a line break":    {with(entry{name: "guard/a\nb", text: "x"}), "is no path inside of it"},
		"a long path":                 {with(entry{name: strings.Repeat("a/", 150) + "b", text: "x"}), "is no path inside of it"},
		"an empty path":               {with(entry{name: "", text: "x"}), "is no path inside of it"},
		"a directory that leads out":  {with(entry{name: "../evil/", kind: tar.TypeDir}), "is no path inside of it"},
		"a symbolic link":             {with(entry{name: "guard/rules/team/b.rego", kind: tar.TypeSymlink, link: "/etc/passwd"}), "is no regular file"},
		"a hard link":                 {with(entry{name: "guard/rules/team/b.rego", kind: tar.TypeLink, link: "guard/rules/team/a.rego"}), "is no regular file"},
		"a device":                    {with(entry{name: "guard/null", kind: tar.TypeChar}), "is no regular file"},
		"a pipe":                      {with(entry{name: "guard/pipe", kind: tar.TypeFifo}), "is no regular file"},
		"a file twice":                {with(plain[1]), "is there twice"},
		"a file twice, with a dot":    {with(entry{name: "./guard/rules/team/a.rego", text: "y"}), "is there twice"},
		"a file that is a directory":  {with(entry{name: "guard/rules/team/a.rego/b", text: "x"}), "is a file and a directory"},
		"too many files":              {archive(t, many...), "more than 4000 files"},
		"a large file":                {with(entry{name: "guard/large", text: zeros + "x"}), "has 1048577 bytes, more than"},
		"much in little":              {archive(t, append(bomb, plain...)...), "unpacks to more than"},
		"no .manifest":                {archive(t, plain[1]), "no .manifest"},
		"a .manifest that is no JSON": {archive(t, entry{name: ".manifest", text: "{"}, plain[1]), "its .manifest"},
		"no rules":                    {archive(t, plain[0], entry{name: "policy/a.rego", text: "x"}), "holds nothing in guard/rules"},
		"something behind it":         {append(archive(t, plain...), "more"...), "something follows"},
		"two streams":                 {append(archive(t, plain...), archive(t, plain...)...), "something follows"},
		"half of it":                  {archive(t, plain...)[:100], "unpack it"},
		"nothing":                     {nil, "it is no gzip"},
		"no gzip":                     {[]byte("package a"), "it is no gzip"},
		"more than may be":            {make([]byte, bundle.MaxArchive+1), "more than 8388608"},
		"a gzip of something else":    {zipped(t, "package a"), "its archive"},
	}
	for name, test := range tests {
		b, err := bundle.Read(test.data)
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: got %v, %v, want %s", name, b, err, test.want)
		}
	}
}

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBuild(t *testing.T) {
	files := map[string][]byte{"guard/rules/team/a.rego": []byte("package guard.rules.team.a\n"), "guard/lib/x.rego": []byte("package guard.lib.x\n")}
	first, err := bundle.Build("1.0.0", files)
	if err != nil {
		t.Fatal(err)
	}
	second, err := bundle.Build("1.0.0", files)
	if err != nil || !bytes.Equal(first.Archive, second.Archive) {
		t.Errorf("two builds differ: %v", err)
	}
	if err := fstest.TestFS(first.FS(), ".manifest", "guard/rules/team/a.rego", "guard/lib/x.rego"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(first.Rules(), "team/a.rego"); err != nil {
		t.Error(err)
	}
	if len(files) != 2 {
		t.Error("the files were changed")
	}
	files["data.json"] = []byte("{}")
	if _, err := bundle.Build("1.0.0", files); err == nil || !strings.Contains(err.Error(), "data.json lies outside of guard/") {
		t.Errorf("got %v", err)
	}
	if _, err := bundle.Build("v1", nil); err == nil {
		t.Error("v1 is a version")
	}
}

// FuzzRead looks for an archive that is read and leads out of itself, or that
// is not the same when it is read again.
func FuzzRead(f *testing.F) {
	f.Add(archive(f, plain...))
	f.Add(archive(f, entry{name: ".manifest", text: manifest}, entry{name: "../a", text: "x"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := bundle.Read(data)
		if err != nil {
			return
		}
		for _, name := range b.Names() {
			if !fs.ValidPath(name) {
				t.Errorf("%q is read", name)
			}
			if _, err := fs.ReadFile(b.FS(), name); err != nil {
				t.Error(err)
			}
		}
		again, err := bundle.Read(b.Archive)
		if err != nil || strings.Join(again.Names(), "\n") != strings.Join(b.Names(), "\n") || again.Tar != b.Tar {
			t.Errorf("it is something else the second time: %v", err)
		}
	})
}

// A sparse file has more than is stored of it; what it has is what counts.
func TestRead_CountsWhatSparseFilesHave(t *testing.T) {
	var text bytes.Buffer
	for i := range 40 {
		writeSparse(&text, fmt.Sprintf("guard/%d", i), 1<<20)
	}
	text.Write(make([]byte, 1024))
	if _, err := bundle.Read(zipped(t, text.String())); err == nil || !strings.Contains(err.Error(), "its files have more than 33554432 bytes") {
		t.Errorf("got %v", err)
	}
}

// writeSparse writes an entry that is one hole, in the form of GNU tar 1.0.
func writeSparse(w *bytes.Buffer, name string, size int) {
	var records string
	for _, r := range []string{"GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.name=" + name, fmt.Sprintf("GNU.sparse.realsize=%d", size)} {
		length := len(r) + 2
		for length != len(fmt.Sprintf("%d %s\n", length, r)) {
			length = len(fmt.Sprintf("%d %s\n", length, r))
		}
		records += fmt.Sprintf("%d %s\n", length, r)
	}
	writeBlock(w, "pax", 'x', records)
	writeBlock(w, "sparse", '0', "0\n"+strings.Repeat("\x00", 510))
}

func writeBlock(w *bytes.Buffer, name string, kind byte, data string) {
	header := make([]byte, 512)
	copy(header, name)
	copy(header[100:], "0000644\x000000000\x000000000\x00")
	copy(header[124:], fmt.Sprintf("%011o\x0000000000000\x00        ", len(data)))
	header[156] = kind
	copy(header[257:], "ustar\x0000")
	sum := 0
	for _, b := range header {
		sum += int(b)
	}
	copy(header[148:], fmt.Sprintf("%06o\x00 ", sum))
	w.Write(header)
	w.WriteString(data)
	w.Write(make([]byte, (512-len(data)%512)%512))
}
