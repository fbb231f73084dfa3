package symbol

import (
	"strings"
	"testing"

	"guard/internal/pipeline/logic"
)

// The parts of the tests.
var (
	sha     = Of(FullSHA())
	sha7    = Of(ShortSHA(7))
	sha8    = Of(ShortSHA(8))
	merge   = Of(Part{Kind: MergeSHA})
	merge7  = Of(Part{Kind: MergeSHA, Length: 7})
	branch  = Of(Part{Kind: Branch})
	gitTag  = Of(Part{Kind: GitTag})
	semver  = Of(Part{Kind: Semver})
	number  = Of(Part{Kind: RunNumber})
	pr      = Of(Part{Kind: PRNumber})
	day     = Of(Part{Kind: Date, Name: "%Y%m%d"})
	time    = Of(Part{Kind: Date, Name: "%s"})
	path    = Of(Part{Kind: Repository, Name: "path"})
	owner   = Of(Part{Kind: Repository, Name: "owner"})
	input   = Of(Part{Kind: Input, Name: "tag"})
	other   = Of(Part{Kind: Input, Name: "other"})
	secret  = Of(Part{Kind: Secret, Name: "TOKEN"})
	setting = Of(Part{Kind: Setting, Name: "REGISTRY"})
	digest  = Of(Part{Kind: Digest, Name: "build"})
	opaque  = Of(Part{Kind: Opaque, Name: "the text of VERSION"})
	nobody  = Nobody("nobody knows")
)

func join(texts ...any) Value {
	var v Value
	for _, t := range texts {
		switch t := t.(type) {
		case string:
			v = Join(v, Text(t))
		case Value:
			v = Join(v, t)
		}
	}
	return v
}

func TestCompare(t *testing.T) {
	tests := []struct {
		name string
		a, b Value
		want logic.Truth
	}{
		{"equal texts", Text("a"), Text("a"), logic.True},
		{"texts that differ", Text("a"), Text("b"), logic.False},
		{"texts of which one goes on", Text("v1"), Text("v1.2"), logic.False},
		{"two empty values", nil, Text(""), logic.True},
		{"nothing and a text", nil, Text("a"), logic.False},
		{"the commit and itself", sha, sha, logic.True},
		{"the commit, 40 digits of it said or not", sha, Of(ShortSHA(40)), logic.True},
		{"seven digits and seven", sha7, sha7, logic.True},
		{"seven digits and forty", sha7, sha, logic.False},
		{"seven digits and eight", sha7, sha8, logic.False},
		{"the commit and latest", sha, Text("latest"), logic.False},
		{"seven digits and a text of seven that is no number", sha7, Text("develop"), logic.False},
		{"seven digits and a text that could be them", sha7, Text("deadbee"), logic.Unknown},
		{"seven digits with and without a prefix", join("main-", sha7), sha7, logic.False},
		{"seven digits with the same prefix", join("main-", sha7), join("main-", sha7), logic.True},
		{"seven digits with two prefixes", join("main-", sha7), join("develop-", sha7), logic.False},
		{"seven digits with two suffixes", join(sha7, "-amd64"), join(sha7, "-arm64"), logic.False},
		{"the commit and the merge commit", sha, merge, logic.Unknown},
		{"seven digits of the merge commit and forty of the commit", merge7, sha, logic.False},
		{"an input and itself", input, input, logic.True},
		{"two inputs", input, other, logic.Unknown},
		{"an input and a text", input, Text("latest"), logic.Unknown},
		{"an input with two prefixes", join("a:", input), join("b:", input), logic.False},
		{"an input with and without a prefix", join("v", input), input, logic.Unknown},
		{"a secret and itself", secret, secret, logic.True},
		{"a setting and itself", join(setting, "/app:", sha7), join(setting, "/app:", sha7), logic.True},
		{"a setting and the commit behind it", join(setting, "/app:", sha7), join(setting, "/app:latest"), logic.False},
		{"unknown and itself", nobody, nobody, logic.Unknown},
		{"unknown and a text", nobody, Text("a"), logic.Unknown},
		{"unknown and the commit", nobody, sha, logic.Unknown},
		{"unknown behind texts that differ", join("a:", nobody), join("b:", nobody), logic.False},
		{"unknown behind the same text", join("a:", nobody), join("a:", nobody), logic.Unknown},
		{"unknown in a longer text", join("app-", nobody, "-x"), Text("app"), logic.False},
		{"the repository and itself", path, path, logic.True},
		{"the repository and its lower case", path, path.Lower(), logic.Unknown},
		{"the lower case of the repository twice", path.Lower(), path.Lower().Lower(), logic.True},
		{"the repository and its owner", path, owner, logic.Unknown},
		{"a branch and a text", branch, Text("main"), logic.Unknown},
		{"a branch and a tag", branch, gitTag, logic.Unknown},
		{"a version and latest", semver, Text("latest"), logic.False},
		{"a version and a version that is written", semver, Text("1.2.3"), logic.Unknown},
		{"a run's number and a text", number, Text("latest"), logic.False},
		{"a run's number and a number", number, Text("42"), logic.Unknown},
		{"a run's number and a pull request's", number, pr, logic.Unknown},
		{"a pull request with and without a prefix", join("pr-", pr), pr, logic.False},
		{"a day and itself", day, day, logic.True},
		{"a day and a time", day, time, logic.Unknown},
		{"a day and a word", day, Text("stable"), logic.False},
		{"a digest and itself", digest, digest, logic.True},
		{"a digest and a tag", digest, Text("latest"), logic.False},
		{"a digest and the commit", digest, sha, logic.False},
		{"the text of a file and itself", opaque, opaque, logic.True},
		{"the text of a file and a text", opaque, Text("1"), logic.Unknown},
		{"where it comes from does not count", Of(Part{Kind: SHA, Source: "github.sha"}), Of(Part{Kind: SHA, Source: "$GITHUB_SHA"}), logic.True},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, got := range []logic.Answer{Compare(tt.a, tt.b), Compare(tt.b, tt.a)} {
				if got.Truth != tt.want || got.IsUnknown() != (got.Reason != "") {
					t.Errorf("Compare(%s, %s) = %+v, want %s", tt.a, tt.b, got, tt.want)
				}
			}
		})
	}
}

func TestLike(t *testing.T) {
	tests := []struct {
		name    string
		value   Value
		pattern string
		want    logic.Truth
	}{
		{"a text and itself", Text("main"), "main", logic.True},
		{"a text and its beginning", Text("refs/tags/v1"), "refs/tags/*", logic.True},
		{"a text and another beginning", Text("refs/heads/x"), "refs/tags/*", logic.False},
		{"one character", Text("v1"), "v?", logic.True},
		{"a set of characters", Text("v1"), "v[0-9]", logic.True},
		{"characters that are left out", Text("v1"), "v[!0-9]", logic.False},
		{"a named set", Text("v1"), "v[[:digit:]]", logic.Unknown},
		{"a quoted star", Text("ab"), `a\*`, logic.False},
		{"a list of patterns", Text("a"), "@(a|b)", logic.Unknown},
		{"a branch and refs/heads", join("refs/heads/", branch), "refs/heads/*", logic.True},
		{"a branch and refs/tags", join("refs/heads/", branch), "refs/tags/*", logic.False},
		{"a branch and one branch", join("refs/heads/", branch), "refs/heads/main", logic.Unknown},
		{"a branch and anything", branch, "*", logic.True},
		{"a branch and its end", join(branch, "-rc"), "*-rc", logic.True},
		{"a branch and what is in the middle", join(branch, "-rc-", number), "*-rc-*", logic.True},
		{"the commit and a version", sha, "v*", logic.False},
		{"the commit and a digit", sha, "[0-9]*", logic.Unknown},
		{"unknown", nobody, "a*", logic.Unknown},
		{"unknown and anything", nobody, "*", logic.True},
		{"nothing and nothing", nil, "", logic.True},
		{"something and nothing", branch, "", logic.Unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Like(tt.value, tt.pattern); got.Truth != tt.want || got.IsUnknown() != (got.Reason != "") {
				t.Errorf("Like(%s, %q) = %+v, want %s", tt.value, tt.pattern, got, tt.want)
			}
		})
	}
}

func TestValue_IsCut(t *testing.T) {
	tests := []struct {
		name string
		got  Value
		want string
	}{
		{"a text", Text("abcdef").Slice(1, 3), "bcd"},
		{"a text from its end", Text("abcdef").Slice(-2, -1), "ef"},
		{"a text beyond its end", Text("abc").Slice(1, 9), "bc"},
		{"the commit", sha.Slice(0, 7), "<sha7>"},
		{"the commit cut twice", sha.Slice(0, 12).Slice(0, 7), "<sha7>"},
		{"a short commit that is shorter still", sha7.Slice(0, 12), "<sha7>"},
		{"the merge commit", merge.Slice(0, 7), "<merge commit's sha7>"},
		{"the commit behind its beginning", sha.Slice(3, 7), "<characters 3 to 10 of <sha>>"},
		{"a text before the commit", join("main-", sha).Slice(0, 5), "main-"},
		{"a text and some of the commit", join("main-", sha).Slice(0, 12), "main-<sha7>"},
		{"the commit behind a text", join("main-", sha).Slice(5, 7), "<sha7>"},
		{"the rest", join("main-", branch).Slice(5, -1), "<branch>"},
		{"all", branch.Slice(0, -1), "<branch>"},
		{"nothing", branch.Slice(0, 0), ""},
		{"a branch", branch.Slice(0, 20), "<characters 0 to 20 of <branch>>"},
		{"what nobody knows", nobody.Slice(0, 7), "<unknown>"},
		{"what stands behind a branch", join(branch, "-x").Slice(2, -1), "<what follows character 2 of <branch>-x>"},
		{"lower case of a text", Text("AbC").Lower(), "abc"},
		{"lower case of the commit", join("A-", sha).Lower(), "a-<sha>"},
		{"lower case of a branch", branch.Lower(), "<lower-case branch>"},
		{"lower case of an input", input.Lower(), "<lower-case input tag>"},
		{"lower case of the repository", path.Lower(), "<repository's lower path>"},
		{"a joined text", Join(Text("a"), nil, Text("b"), sha7, Text("c")), "ab<sha7>c"},
		{"a trimmed text", join(" a", sha7, "b \n").Trim(), "a<sha7>b"},
		{"an operation on what nobody knows", Derived(nobody, "the length"), "<unknown>"},
		{"an operation with a long name", Derived(branch, strings.Repeat("x", 300)), "<unknown>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.got.String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestDerived_IsTheSameOnlyForTheSame(t *testing.T) {
	a, b := Of(Part{Kind: RunNumber, Name: "run_id"}), Of(Part{Kind: RunNumber, Name: "run_number"})
	if got := Compare(Derived(a, "the length"), Derived(a, "the length")); !got.IsYes() {
		t.Errorf("the same operation on the same value: %+v, want yes", got)
	}
	if got := Compare(Derived(a, "the length"), Derived(b, "the length")); !got.IsUnknown() {
		t.Errorf("the same operation on another value: %+v, want unknown", got)
	}
}

func TestValue_IsSplit(t *testing.T) {
	tests := []struct {
		name  string
		value Value
		limit int
		want  string
	}{
		{"a text", Text("a/b/c"), 0, "a b c"},
		{"a text with a limit", Text("a/b/c"), 2, "a b/c"},
		{"nothing to split at", Text("abc"), 0, "abc"},
		{"around the commit", join("app/", sha7, "/x"), 0, "app <sha7> x"},
		{"a separator at the end", Text("a/"), 0, "a "},
		{"nothing", nil, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var pieces []string
			for _, piece := range tt.value.Split("/", tt.limit) {
				pieces = append(pieces, piece.String())
			}
			if got := strings.Join(pieces, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestValue_IsCutAtWhatIsSure(t *testing.T) {
	tests := []struct {
		name                string
		value               Value
		last                bool
		before, after       string
		wantFound, wantSure bool
	}{
		{"the first slash of a text", Text("a/b/c"), false, "a", "b/c", true, true},
		{"the last slash of a text", Text("a/b/c"), true, "a/b", "c", true, true},
		{"the slash behind the commit", join(sha7, "/b"), false, "<sha7>", "b", true, true},
		{"the first slash before a branch", join("heads/", branch), false, "heads", "<branch>", true, true},
		{"the last slash before a branch", join("heads/", branch), true, "heads/<branch>", "", false, false},
		{"no slash", join("a-", sha7), true, "a-<sha7>", "", false, true},
		{"a slash behind what nobody knows", join(nobody, "/b"), false, "<unknown>/b", "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after, found, sure := tt.value.CutAt("/", tt.last)
			if before.String() != tt.before || after.String() != tt.after || found != tt.wantFound || sure != tt.wantSure {
				t.Errorf("got %s, %s, %v, %v; want %s, %s, %v, %v", before, after, found, sure, tt.before, tt.after, tt.wantFound, tt.wantSure)
			}
		})
	}
}

func TestValue_Between(t *testing.T) {
	for _, tt := range []struct {
		name           string
		value          Value
		prefix, suffix string
		want           string
		ok             bool
	}{
		{"a commit between texts", join("web=", sha7, ",a=b"), "web=", ",a=b", "<sha7>", true},
		{"nothing to take off", join(sha7), "", "", "<sha7>", true},
		{"another text in front", join("api=", sha7), "web=", "", "", false},
		{"a commit where a text is wanted in front", join(sha7), "web=", "", "", false},
		{"another text behind", join("web=", sha7, ",c"), "web=", ",a=b", "", false},
		{"nothing", nil, "a", "", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := tt.value.Between(tt.prefix, tt.suffix); got.String() != tt.want || ok != tt.ok {
				t.Errorf("got %s, %v; want %s, %v", got, ok, tt.want, tt.ok)
			}
		})
	}
}
