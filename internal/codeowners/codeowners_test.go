package codeowners_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/codeowners"
)

const onGitHub = `# the example of GitHub's documentation, and what it says of it
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/deep/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/github
/with\ space/ @space
`

const onGitLab = `* @default

[Documentation][2] @docs-team
docs/
README.md @reader
^[Database]
model/db/ @database
!model/db/generated/
[documentation]
guide.md
# comment
/config/ @@maintainer @group/with-nested/subgroup
`

func TestOwners(t *testing.T) {
	tests := map[string]struct{ place, text, file, want string }{
		"by default":                              {".github/CODEOWNERS", onGitHub, "a/b.yaml", "@global-owner1 @global-owner2"},
		"the last that matches":                   {".github/CODEOWNERS", onGitHub, "a/b.js", "@js-owner"},
		"an address":                              {".github/CODEOWNERS", onGitHub, "main.go", "docs@example.com"},
		"a directory of the root":                 {".github/CODEOWNERS", onGitHub, "build/logs/x/y", "@octocat"},
		"a directory and not deeper":              {".github/CODEOWNERS", onGitHub, "docs/start.md", "docs@example.com"},
		"and what lies deeper":                    {".github/CODEOWNERS", onGitHub, "docs/app/start.md", "@global-owner1 @global-owner2"},
		"a directory anywhere":                    {".github/CODEOWNERS", onGitHub, "x/apps/y/z", "@octocat"},
		"a directory without a slash":             {".github/CODEOWNERS", onGitHub, "deploy/logs/y/z", "@octocat"},
		"nobody, on purpose":                      {".github/CODEOWNERS", onGitHub, "apps/github/x", ""},
		"a space":                                 {".github/CODEOWNERS", onGitHub, "with space/x", "@space"},
		"the root alone":                          {"CODEOWNERS", "/* @root\n", "x", "@root"},
		"and not what lies in it":                 {"CODEOWNERS", "/* @root\n", "a/x", ""},
		"a slash within holds it to the root":     {"CODEOWNERS", "a/b @x\n", "z/a/b/c", ""},
		"a brace is a brace":                      {"CODEOWNERS", "{a,b} @x\n", "a", ""},
		"a mark of byte order":                    {"CODEOWNERS", "\xef\xbb\xbf* @x\r\n", "a", "@x"},
		"GitLab: by default, and of each section": {"CODEOWNERS", onGitLab, "docs/x", "@default @docs-team"},
		"GitLab: of the entry":                    {"CODEOWNERS", onGitLab, "a/README.md", "@default @reader"},
		"GitLab: sections of one name are one":    {"CODEOWNERS", onGitLab, "guide.md", "@default @docs-team"},
		"GitLab: an optional one counts":          {"CODEOWNERS", onGitLab, "x/model/db/a", "@default @database"},
		"GitLab: what is taken out":               {"CODEOWNERS", onGitLab, "model/db/generated/a", "@default"},
		"GitLab: a role and a group":              {"CODEOWNERS", onGitLab, "config/a", "@default @@maintainer @group/with-nested/subgroup"},
		"GitLab: a slash within holds it nowhere": {".gitlab/CODEOWNERS", "a/b/ @x\n", "z/a/b/c", "@x"},
		"GitLab: a directory needs its slash":     {".gitlab/CODEOWNERS", "docs @x\n", "docs/a", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := codeowners.Parse(tt.place, tt.text)
			if got := strings.Join(f.Owners(tt.file), " "); got != tt.want || len(f.Problems) > 0 {
				t.Errorf("%s is of %q, want %q; problems %v", tt.file, got, tt.want, f.Problems)
			}
		})
	}
	if owners := (*codeowners.File)(nil).Owners("x"); owners != nil {
		t.Errorf("no file says %v", owners)
	}
}

// What is wrong is told with its line, and the rest counts.
func TestParse_TellsWhatIsWrong(t *testing.T) {
	tests := map[string]struct{ place, line, want string }{
		"taken back":          {"CODEOWNERS", "!a @x", `the pattern "!a" begins with !, which takes nothing back`},
		"brackets":            {"CODEOWNERS", "a[bc] @x", `the pattern "a[bc]" has brackets, which GitHub does not take`},
		"no owner":            {"CODEOWNERS", "/a x y@example.com", `"x" is no owner, such as @user, @organisation/team or an address`},
		"nobody for GitLab":   {".gitlab/CODEOWNERS", "/a", `the pattern "/a" has no owner`},
		"a bracket is open":   {".gitlab/CODEOWNERS", "/a[b @x", `the pattern "/a[b" has a bracket that is not closed`},
		"far too long":        {"CODEOWNERS", strings.Repeat("a", 2000) + " @x", "is longer than what is read"},
		"too many globs":      {"CODEOWNERS", strings.Repeat("**/", 20) + "a @x", "is longer than what is read"},
		"an owner of nothing": {"CODEOWNERS", "/a @ @@", `"@" is no owner`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := codeowners.Parse(tt.place, "* @all\n"+tt.line+"\n/z @z\n")
			if len(f.Problems) == 0 || f.Problems[0].Line != 2 || !strings.Contains(f.Problems[0].Reason, tt.want) {
				t.Errorf("got %v, want %s", f.Problems, tt.want)
			}
			if got := strings.Join(f.Owners("z"), " "); got != "@z" {
				t.Errorf("the rest does not count: %q", got)
			}
		})
	}
	// GitLab leaves out the word, GitHub the line.
	if got := codeowners.Parse(".gitlab/CODEOWNERS", "/a x @y").Owners("a"); len(got) != 1 {
		t.Errorf("got %v", got)
	}
	if got := codeowners.Parse("CODEOWNERS", "/a x @y").Owners("a"); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestParse_IsBounded(t *testing.T) {
	var b strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&b, "/%d @x\n", i)
	}
	f := codeowners.Parse("CODEOWNERS", b.String())
	if len(f.Problems) != 1 || f.Problems[0].Line != 20_001 || f.Owners("19999") == nil || f.Owners("20001") != nil {
		t.Errorf("problems %v", f.Problems)
	}
	if f = codeowners.Parse("CODEOWNERS", strings.Repeat("!\n", 30_000)); len(f.Problems) != 100 {
		t.Errorf("%d problems", len(f.Problems))
	}
	if f = codeowners.Parse("CODEOWNERS", strings.Repeat(" ", codeowners.MaxBytes+1)); len(f.Problems) != 1 {
		t.Errorf("problems %v", f.Problems)
	}
}

func TestFind_TakesTheFirstPlace(t *testing.T) {
	at := func(names ...string) fstest.MapFS {
		files := fstest.MapFS{}
		for _, name := range names {
			files[name] = &fstest.MapFile{Data: []byte("* @x\n")}
		}
		return files
	}
	for want, files := range map[string]fstest.MapFS{
		".github/CODEOWNERS": at("docs/CODEOWNERS", "CODEOWNERS", ".github/CODEOWNERS"), "CODEOWNERS": at("docs/CODEOWNERS", "CODEOWNERS"),
		"docs/CODEOWNERS": at("docs/CODEOWNERS", ".gitlab/CODEOWNERS"), ".gitlab/CODEOWNERS": at(".gitlab/CODEOWNERS", "x/CODEOWNERS"),
	} {
		if f := codeowners.Find(files); f == nil || f.Name != want {
			t.Errorf("got %+v, want %s", f, want)
		}
	}
	if f := codeowners.Find(at("x/CODEOWNERS")); f != nil {
		t.Errorf("got %+v", f)
	}
	f := codeowners.Find(fstest.MapFS{"CODEOWNERS/x": {}})
	if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Reason, "no regular file") {
		t.Errorf("got %+v", f)
	}
	f = codeowners.Find(fstest.MapFS{"CODEOWNERS": {Data: make([]byte, codeowners.MaxBytes+1)}})
	if len(f.Problems) != 1 || !strings.Contains(f.Problems[0].Reason, "larger than 3 MiB") {
		t.Errorf("got %+v", f)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("CODEOWNERS", onGitHub, "docs/a/b")
	f.Add(".gitlab/CODEOWNERS", onGitLab, "model/db/generated/a")
	f.Fuzz(func(t *testing.T, place, text, name string) {
		file := codeowners.Parse(place, text)
		if owners := file.Owners(name); len(owners) > 1_000_000 {
			t.Error("more owners than there can be")
		}
	})
}
