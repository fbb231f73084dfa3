package imageref_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/imageref"
)

const (
	sha256 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	sha512 = "sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	commit = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3"
)

func parse(raw string) imageref.Reference { return (*imageref.Classifier)(nil).Parse(raw) }

// Reliability 19, 21: what is written, and what it means.
func TestParse_CutsReferencesIntoTheirParts(t *testing.T) {
	const hub = "index.docker.io"
	tests := []struct {
		name                                        string
		raw                                         string
		registry, repository, familiar, tag, digest string
		class                                       imageref.Class
	}{
		{"an official image", "nginx", hub, "library/nginx", "nginx", "", "", "none"},
		{"an official image with latest", "nginx:latest", hub, "library/nginx", "nginx", "latest", "", "latest"},
		{"docker.io written", "docker.io/nginx", hub, "library/nginx", "nginx", "", "", "none"},
		{"index.docker.io and library written", "index.docker.io/library/nginx", hub, "library/nginx", "nginx", "", "", "none"},
		{"library written", "library/nginx:1.25.3", hub, "library/nginx", "nginx", "1.25.3", "", "semver"},
		{"an organisation on Docker Hub", "acme/shop:1.2.3", hub, "acme/shop", "acme/shop", "1.2.3", "", "semver"},
		{"three parts on Docker Hub", "docker.io/library/a/b", hub, "library/a/b", "library/a/b", "", "", "none"},
		{"localhost without a port", "localhost/app", "localhost", "app", "localhost/app", "", "", "none"},
		{"localhost alone is a repository", "localhost", hub, "library/localhost", "localhost", "", "", "none"},
		{"a port is not a tag", "localhost:5000/nginx", "localhost:5000", "nginx", "localhost:5000/nginx", "", "", "none"},
		{"a port is not a tag on any host", "registry:5000/app", "registry:5000", "app", "registry:5000/app", "", "", "none"},
		{"a port and a tag", "registry:5000/app:1.2.3", "registry:5000", "app", "registry:5000/app", "1.2.3", "", "semver"},
		{"a host alone with digits behind a colon is a tag", "localhost:5000", hub, "library/localhost", "localhost", "5000", "", "number"},
		{"a port and a digest", "h:5000/a/b@" + sha256, "h:5000", "a/b", "h:5000/a/b", "", sha256, "digest"},
		{"tag and digest", "a:TAG@" + sha256, hub, "library/a", "a", "TAG", sha256, "other"},
		{"latest and digest", "a:latest@" + sha256, hub, "library/a", "a", "latest", sha256, "latest"},
		{"registry, port, tag and digest", "r.example.com:443/t/app:1.2@" + sha256, "r.example.com:443", "t/app", "r.example.com:443/t/app", "1.2", sha256, "floating-version"},
		{"sha512", "a@" + sha512, hub, "library/a", "a", "", sha512, "digest"},
		{"GitHub's registry", "ghcr.io/acme/shop:main", "ghcr.io", "acme/shop", "ghcr.io/acme/shop", "main", "", "branch"},
		{"a deep path", "gcr.io/k8s-staging/a/b/c/d:v1", "gcr.io", "k8s-staging/a/b/c/d", "gcr.io/k8s-staging/a/b/c/d", "v1", "", "floating-version"},
		{"an IPv4 host", "127.0.0.1:5000/app", "127.0.0.1:5000", "app", "127.0.0.1:5000/app", "", "", "none"},
		{"an IPv6 host", "[::1]/app:1", "[::1]", "app", "[::1]/app", "1", "", "floating-version"},
		{"an IPv6 host with a port", "[2001:db8::1]:5000/a/b", "[2001:db8::1]:5000", "a/b", "[2001:db8::1]:5000/a/b", "", "", "none"},
		{"a host in upper case keeps it", "GHCR.IO/acme/app:1.0.0", "GHCR.IO", "acme/app", "GHCR.IO/acme/app", "1.0.0", "", "semver"},
		{"a punycode host", "xn--bcher-kva.example/app", "xn--bcher-kva.example", "app", "xn--bcher-kva.example/app", "", "", "none"},
		{"separators in a path", "a__b/c.d/e---f_g", hub, "a__b/c.d/e---f_g", "a__b/c.d/e---f_g", "", "", "none"},
		{"digits alone are a repository", "123/456", hub, "123/456", "123/456", "", "", "none"},
		{"a tag of 128 characters", "a:" + strings.Repeat("a", 127) + "z", hub, "library/a", "a", strings.Repeat("a", 127) + "z", "", "other"},
		{"a tag of underscores", "a:__TAG__", hub, "library/a", "a", "__TAG__", "", "other"},
		{"a tag in capitals is a tag and no placeholder", "a:IMAGE_TAG", hub, "library/a", "a", "IMAGE_TAG", "", "other"},
		{"a repository of 255 characters", "g.io/" + strings.Repeat("a", 255), "g.io", strings.Repeat("a", 255), "g.io/" + strings.Repeat("a", 255), "", "", "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(tt.raw)
			want := imageref.Reference{
				Registry: tt.registry, Repository: tt.repository, Name: tt.familiar, Tag: tt.tag, Digest: tt.digest, Class: tt.class,
			}
			if diff := cmp.Diff(want, partsOf(got)); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.raw, diff)
			}
		})
	}
}

// partsOf keeps what identifies an image, and what is wrong with it.
func partsOf(r imageref.Reference) imageref.Reference {
	return imageref.Reference{
		Registry: r.Registry, Repository: r.Repository, Name: r.Name, Tag: r.Tag, Digest: r.Digest, Class: r.Class,
		Unresolved: r.Unresolved, Invalid: r.Invalid, BadDigest: r.BadDigest,
	}
}

// Reliability 19: anything unparsable says why.
func TestParse_SaysWhatMakesAReferenceInvalid(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"empty", "", "it is empty"},
		{"a blank", " ", "it holds nothing but white space"},
		{"a blank behind", "nginx ", "it begins or ends with white space"},
		{"a line break behind", "nginx:1.25.3\n", "it begins or ends with white space"},
		{"a blank before", " nginx", "it begins or ends with white space"},
		{"a blank inside", "my app:1.0", "its repository holds ' '; only lower-case letters, digits, dot, underscore and dash are allowed"},
		{"a tab inside", "a\tb", "it holds the control character U+0009"},
		{"NUL", "a\x00b", "it holds the control character U+0000"},
		{"escape", "a\x1b[31m", "it holds the control character U+001B"},
		{"invalid UTF-8", "a\xff", "it is not valid UTF-8"},
		{"a homoglyph", "nginх:1.25.3", "it holds 'х' (U+0445), which is no ASCII character"},
		{"a zero-width space", "nginx\u200b:1", "it holds the invisible character U+200B"},
		{"upper case in the repository", "MyApp:1.0", `its repository has upper-case letters in "MyApp"; only lower case is allowed`},
		{"upper case in the owner", "ghcr.io/ACME/app:1.0", `its repository has upper-case letters in "ACME"; only lower case is allowed`},
		{"upper case in a first part that is no host", "Acme/app", `its repository has upper-case letters in "Acme"; only lower case is allowed`},
		{"an empty tag", "nginx:", `nothing follows its ":"; a tag is expected`},
		{"a tag of 129 characters", "a:" + strings.Repeat("a", 129), "its tag is 129 characters long; at most 128 are allowed"},
		{"a tag that begins with a dash", "a:-1", "its tag begins with '-'; a letter, digit or underscore is expected"},
		{"a tag that begins with a dot", "a:.1", "its tag begins with '.'; a letter, digit or underscore is expected"},
		{"a tag with build metadata", "a:1.2.3+4", "its tag holds '+'; only letters, digits, underscore, dot and dash are allowed"},
		{"two tags", "a:1:2", `its repository holds ':'; only lower-case letters, digits, dot, underscore and dash are allowed`},
		{"a slash in the tag", "a:feature/x", `its registry "a:feature" has no port number behind the colon; host:port is expected`},
		{"an empty digest", "nginx@", `nothing follows its "@"; a digest such as sha256:<64 hex digits> is expected`},
		{"two digests", "a@" + sha256 + "@" + sha256, `it holds "@" more than once`},
		{"a digest alone", sha256, "it is a digest without a repository; repository@digest is expected"},
		{"a digest alone behind @", "@" + sha256, "it is a digest without a repository; repository@digest is expected"},
		{"an image ID", sha256[len("sha256:"):], "it is the ID of an image (64 hex digits) and not a reference; repository@sha256:<digest> is expected"},
		{"a tag alone", ":latest", "it has no repository"},
		{"two slashes", "a//b", "its repository has an empty part; two slashes meet, or one stands at an end"},
		{"a slash at the end", "ghcr.io/acme/", "its repository has an empty part; two slashes meet, or one stands at an end"},
		{"a slash at the start", "/app", "its repository has an empty part; two slashes meet, or one stands at an end"},
		{"a host alone", "ghcr.io/", "its repository has an empty part; two slashes meet, or one stands at an end"},
		{"a dash at an end", "acme/-app", `its repository has '-' at an end of "-app"; a letter or digit is expected`},
		{"three underscores", "acme/a___b", `its repository has separators in "a___b" that may not follow each other`},
		{"two dots", "acme/a..b", `its repository has separators in "a..b" that may not follow each other`},
		{"a dot beside a dash", "acme/a.-b", `its repository has separators in "a.-b" that may not follow each other`},
		{"path traversal", "acme/../b", `its repository has '.' at an end of ".."; a letter or digit is expected`},
		{"a backslash", `acme\app`, `its repository holds '\\'; only lower-case letters, digits, dot, underscore and dash are allowed`},
		{"a repository of 256 characters", "g.io/" + strings.Repeat("a", 256), "its repository is 256 characters long; at most 255 are allowed"},
		{"a repository too long with library/", strings.Repeat("a", 250), "its repository is 258 characters long; at most 255 are allowed"},
		{"a host too long", strings.Repeat("a.", 130) + "io/a", "its registry's host is 262 characters long; at most 253 are allowed"},
		{"5,000 characters", strings.Repeat("a", 5000), "it is 5000 characters long; at most 4096 are allowed"},
		{"a port of letters", "host:port/app", `its registry "host:port" has no port number behind the colon; host:port is expected`},
		{"a port beyond 65535", "host:65536/app", `its registry "host:65536" has no port number behind the colon; host:port is expected`},
		{"no port behind the colon", "host:/app", `its registry "host:" has no port number behind the colon; host:port is expected`},
		{"an IPv6 host without brackets", "::1/app", `its registry "::1" has more than one colon; an IPv6 address stands in brackets`},
		{"an IPv6 host that is not closed", "[::1/app", `its registry "[:" is not an IPv6 address in brackets`},
		{"letters in an IPv6 host", "[::x]/app", `its registry "[::x]" is not an IPv6 address in brackets`},
		{"brackets around no address", "[1:2:3]/app", `its registry "[1:2:3]" is not a host`},
		{"a host with an underscore", "my_host.io/app", `its registry "my_host.io" is not a host name`},
		{"a host with two dots", "foo..bar/app", `its registry "foo..bar" is not a host name`},
		{"a host that begins with a dash", "-foo.io/app", `its registry "-foo.io" is not a host name`},
		{"https", "https://ghcr.io/acme/app:1.0", `it begins with "https://"; a reference has no scheme`},
		{"docker", "docker://alpine:3.19.1", `it begins with "docker://"; a reference has no scheme`},
		{"oci", "oci://ghcr.io/acme/chart", `it begins with "oci://"; a reference has no scheme`},
		{"a scheme before a variable", "https://${HOST}/app", `it begins with "https://"; a reference has no scheme`},
		{"a variable that is not closed", "app:${TAG", `"${TAG" in it is not closed`},
		{"an expression that is not closed", "app:{{ .Tag }", `"{{ .Tag }" in it is not closed`},
		{"a dollar alone", "app:1$", "its tag holds '$'; only letters, digits, underscore, dot and dash are allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(tt.raw)
			if got.Invalid != tt.want {
				t.Errorf("Parse(%q).Invalid\n got %q\nwant %q", tt.raw, got.Invalid, tt.want)
			}
			if got.Class != imageref.ClassUnknown || got.Traceable || got.Mutable || got.BadDigest != "" {
				t.Errorf("Parse(%q) judges what is no reference: %+v", tt.raw, got)
			}
		})
	}
}

// Silent passes: ko:// is not taken for a tagged image, and is no fault of
// the file that is read before ko ran.
func TestParse_LeavesKoImportPathsUnresolved(t *testing.T) {
	got := parse("ko://github.com/acme/shop/cmd/web")
	if got.Invalid == "" || !got.Unresolved || got.Reason == "" || got.Class != imageref.ClassUnknown || got.Tag != "" {
		t.Errorf("got %+v", got)
	}
}

func TestParse_SaysWhatIsWrongWithADigest(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"too short", "a@sha256:abc", "its sha256 digest has 3 characters; 64 hex digits are expected"},
		{"too long", "a@" + sha256 + "0", "its sha256 digest has 65 characters; 64 hex digits are expected"},
		{"not hex", "a:1.0@sha256:" + strings.Repeat("g", 64), "its sha256 digest holds something else than the hex digits 0-9 and a-f (lower case)"},
		{"upper case", "a@sha256:" + strings.Repeat("A", 64), "its sha256 digest holds something else than the hex digits 0-9 and a-f (lower case)"},
		{"no algorithm", "a@" + strings.Repeat("a", 64), "its digest has no algorithm; sha256:<64 hex digits> is expected"},
		{"an unknown algorithm", "a@md5:d41d8cd98f00b204e9800998ecf8427e", `its digest has the unknown algorithm "md5"; sha256, sha384 or sha512 is expected`},
		{"sha512 as long as sha256", "a@sha512:" + strings.Repeat("a", 64), "its sha512 digest has 64 characters; 128 hex digits are expected"},
		{"a tag behind the digest", "a@" + sha256 + ":1.0", "its sha256 digest has 68 characters; 64 hex digits are expected"},
		{"credentials before a host", "user:secret@host/app", "its digest has no algorithm; sha256:<64 hex digits> is expected"},
		{"beside a variable", "${IMAGE}@sha256:abc", "its sha256 digest has 3 characters; 64 hex digits are expected"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(tt.raw)
			if got.BadDigest != tt.want || got.Invalid != "" || got.Digest != "" || got.Mutable {
				t.Errorf("Parse(%q)\n got %+v\nwant BadDigest %q", tt.raw, got, tt.want)
			}
		})
	}
}

// Reliability 21, 46: what cannot be known is unknown, and what can is known.
func TestParse_KeepsWhatIsKnownBesideTemplates(t *testing.T) {
	tests := []struct {
		name, raw                         string
		registry, repository, tag, digest string
		class                             imageref.Class
		symbols                           []string
	}{
		{"a tag of a shell variable", "nginx:$TAG", "index.docker.io", "library/nginx", "", "", "unknown", []string{"TAG"}},
		{"a tag in braces", "nginx:${TAG}", "index.docker.io", "library/nginx", "", "", "unknown", []string{"TAG"}},
		{"a tag with a default", "nginx:${TAG:-latest}", "index.docker.io", "library/nginx", "", "", "unknown", []string{"TAG"}},
		{"a default in a default", "nginx:${TAG:-${OTHER:-1.0}}", "index.docker.io", "library/nginx", "", "", "unknown", []string{"TAG"}},
		{"half a tag", "nginx:1.25-$FLAVOUR", "index.docker.io", "library/nginx", "", "", "unknown", []string{"FLAVOUR"}},
		{"a repository, tag known", "repo/${NAME}:latest", "index.docker.io", "", "latest", "", "latest", []string{"NAME"}},
		{"a repository, tag known to be missing", "${REGISTRY}/app", "", "", "", "", "none", []string{"REGISTRY"}},
		{"a registry, release known", "$REGISTRY/app:1.2.3", "", "", "1.2.3", "", "semver", []string{"REGISTRY"}},
		{"a port", "registry:${PORT}/app:1.2.3", "", "", "1.2.3", "", "semver", []string{"PORT"}},
		{"a whole image may bring its tag", "$IMAGE", "", "", "", "", "unknown", []string{"IMAGE"}},
		{"the end of a name may bring a tag", "ghcr.io/acme/app$SUFFIX", "ghcr.io", "", "", "", "unknown", []string{"SUFFIX"}},
		{"an owner", "ghcr.io/${{ github.repository }}:1.2.3", "ghcr.io", "", "1.2.3", "", "semver", []string{"github.repository"}},
		{"a commit", "ghcr.io/acme/app:${{ github.sha }}", "ghcr.io", "acme/app", "", "", "unknown", []string{"github.sha"}},
		{"a digest", "app@${DIGEST}", "index.docker.io", "library/app", "", "", "unknown", []string{"DIGEST"}},
		{"half a digest", "app@sha256:${HASH}", "index.docker.io", "library/app", "", "", "unknown", []string{"HASH"}},
		{"a digest beside latest", "app:latest@${DIGEST}", "index.docker.io", "library/app", "latest", "", "latest", []string{"DIGEST"}},
		{"a name beside a digest", "$IMAGE@" + sha256, "", "", "", sha256, "digest", []string{"IMAGE"}},
		{"Helm", `{{ .Values.image.repository }}:{{ .Values.image.tag | default "1:2" }}`, "", "", "", "", "unknown", []string{".Values.image.repository", `.Values.image.tag | default "1:2"`}},
		{"Jinja", "acme/app:{% if x %}1{% endif %}", "index.docker.io", "acme/app", "", "", "unknown", []string{"if x", "endif"}},
		{"a placeholder in angle brackets", "<your-registry>/app:1.2.3", "", "", "1.2.3", "", "semver", []string{"your-registry"}},
		{"a placeholder in another script", "<镜像>:1.2.3", "", "", "1.2.3", "", "semver", []string{"镜像"}},
		{"percent signs", "app:%TAG%", "index.docker.io", "library/app", "", "", "unknown", []string{"TAG"}},
		{"at signs", "app:@project.version@", "index.docker.io", "library/app", "", "", "unknown", []string{"project.version"}},
		{"at signs around capitals", "app:@VERSION@", "index.docker.io", "library/app", "", "", "unknown", []string{"VERSION"}},
		{"Azure Pipelines", "app:$(Build.BuildId)", "index.docker.io", "library/app", "", "", "unknown", []string{"Build.BuildId"}},
		{"inputs of GitLab CI", "app:$[[ inputs.tag ]]", "index.docker.io", "library/app", "", "", "unknown", []string{"inputs.tag"}},
		{"Tekton", "$(params.image)", "", "", "", "", "unknown", []string{"params.image"}},
		{"Concourse", "app:((tag))", "index.docker.io", "library/app", "", "", "unknown", []string{"tag"}},
		{"token replacement", "app:#{Build.Tag}#", "index.docker.io", "library/app", "", "", "unknown", []string{"Build.Tag"}},
		{"a format string", "{registry}/app:{tag}", "", "", "", "", "unknown", []string{"registry", "tag"}},
		{"capitals with an underscore", "gcr.io/PROJECT_ID/app:1.2.3", "gcr.io", "", "1.2.3", "", "semver", []string{"PROJECT_ID"}},
		{"capitals in a host", "AWS_ACCOUNT_ID.dkr.ecr.us-east-1.amazonaws.com/app:1.2.3", "", "", "1.2.3", "", "semver", []string{"AWS_ACCOUNT_ID"}},
		{"capitals beside a variable", "gcr.io/PROJECT_ID/app:$TAG", "gcr.io", "", "", "", "unknown", []string{"TAG", "PROJECT_ID"}},
		{"a word for a whole image", "IMAGE", "", "", "", "", "unknown", []string{"IMAGE"}},
		{"words in capitals", "KAFKA-CONNECT-IMAGE", "", "", "", "", "unknown", []string{"KAFKA-CONNECT-IMAGE"}},
		{"your name in capitals", "YOUR-NAME/app:1.2.3", "", "", "1.2.3", "", "semver", []string{"YOUR-NAME"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := parse(tt.raw)
			want := imageref.Reference{Registry: tt.registry, Repository: tt.repository, Tag: tt.tag, Digest: tt.digest, Class: tt.class, Unresolved: true}
			parts := partsOf(got)
			parts.Name = ""
			if diff := cmp.Diff(want, parts); diff != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.raw, diff)
			}
			if diff := cmp.Diff(tt.symbols, got.Symbols); diff != "" || got.Reason == "" {
				t.Errorf("Parse(%q).Symbols (-want +got), reason %q:\n%s", tt.raw, got.Reason, diff)
			}
		})
	}
}

func TestParse_FindsFaultsBesideTemplates(t *testing.T) {
	got := parse("ghcr.io/ACME/app:${TAG}")
	if want := `its repository has upper-case letters in "ACME"; only lower case is allowed`; got.Invalid != want || !got.Unresolved {
		t.Errorf("got %+v, want Invalid %q", got, want)
	}
}

// Reliability 21: a digest beside a tag makes it immutable, known or not.
func TestParse_SaysWhatMovesAndWhatIsTraceable(t *testing.T) {
	tests := []struct {
		name, raw          string
		mutable, traceable bool
	}{
		{"no tag", "nginx", true, false},
		{"latest", "nginx:latest", true, false},
		{"latest and digest", "nginx:latest@" + sha256, false, true},
		{"latest and a digest that is a variable", "nginx:latest@$DIGEST", false, false},
		{"digest", "nginx@" + sha256, false, true},
		{"an unknown tag", "nginx:$TAG", false, false},
		{"a release line", "nginx:1.25", true, false},
		{"a release", "nginx:1.25.3", false, true},
		{"a commit", "app:" + commit, false, true},
		{"an abbreviated commit", "app:a1b2c3d", false, true},
		{"a commit abbreviated too far", "app:sha-a1b2c", false, false},
		{"what may be a number", "app:1315693", false, false},
		{"a branch with a commit", "app:main-a1b2c3d", false, true},
		{"a branch", "app:main", true, false},
		{"a day", "app:20240115", false, false},
		{"a running number", "app:build-42", false, false},
		{"a channel", "app:stable", true, false},
		{"something else", "app:blue", true, false},
		{"uncommitted changes", "app:v1.2.3-4-gabcdef0-dirty", true, false},
		{"a malformed digest", "app:1.2@sha256:abc", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := parse(tt.raw); got.Mutable != tt.mutable || got.Traceable != tt.traceable {
				t.Errorf("Parse(%q): mutable %t, traceable %t; want %t, %t", tt.raw, got.Mutable, got.Traceable, tt.mutable, tt.traceable)
			}
		})
	}
}
