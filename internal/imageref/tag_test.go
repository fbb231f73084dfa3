package imageref_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/imageref"
)

// tagCases are tags as they are found in registries and pipelines, by class.
// "want" is class, and behind it the commit or the version that is read.
var tagCases = []struct{ name, tag, want string }{
	{"latest", "latest", "latest"},
	{"latest with a capital", "Latest", "latest"},
	{"latest of a flavour", "latest-alpine", "channel"},
	{"latest of a stage", "production-latest", "channel"},
	{"latest of a distribution", "ubuntu-latest", "channel"},
	{"latest of a part", "frontend-latest", "channel"},
	{"latest of a branch", "main-latest", "branch"},
	{"latest with a running number", "latest-1", "number"},
	{"latest of a year", "2022-latest", "floating-version 2022/1"},
	{"latest of a release line", "3.9-latest", "floating-version 3.9/2"},

	{"a commit", commit, "sha " + commit},
	{"a commit of a SHA-256 repository", sha256[7:], "sha " + sha256[7:]},
	{"forty digits", "1234567890123456789012345678901234567890", "sha 1234567890123456789012345678901234567890"},
	{"a commit behind sha-", "sha-" + commit, "sha " + commit},
	{"a commit for a platform", commit + "-arm64", "sha " + commit},
	{"seven hex digits", "a1b2c3d", "short-sha a1b2c3d"},
	{"seven hex digits in capitals", "A1B2C3D", "short-sha A1B2C3D"},
	{"twelve hex digits", "abcdef123456", "short-sha abcdef123456"},
	{"hex letters alone are no word", "deadbeef", "short-sha deadbeef"},
	{"six hex digits", "abc123", "other"},
	{"as metadata-action writes it", "sha-860c190", "short-sha 860c190"},
	{"digits alone behind sha-", "sha-1234567", "short-sha 1234567"},
	{"too short behind sha-", "sha-abc123", "short-sha abc123"},
	{"behind git-", "git-a1b2c3d", "short-sha a1b2c3d"},
	{"behind commit-", "commit-a1b2c3d", "short-sha a1b2c3d"},
	{"a revision that is a commit", "rev-a1b2c3d", "short-sha a1b2c3d"},
	{"behind g", "ga1b2c3d", "short-sha a1b2c3d"},
	{"in a flavour", "a1b2c3d-alpine", "short-sha a1b2c3d"},

	{"a branch and a commit", "main-a1b2c3d", "branch-sha a1b2c3d"},
	{"a branch and a whole commit", "main-" + commit, "branch-sha " + commit},
	{"parted by a dot", "main.a1b2c3d", "branch-sha a1b2c3d"},
	{"parted by an underscore", "main_a1b2c3d", "branch-sha a1b2c3d"},
	{"a feature and a commit", "feature-x-a1b2c3d", "branch-sha a1b2c3d"},
	{"a pull request and a commit", "pr-12-a1b2c3d", "branch-sha a1b2c3d"},
	{"as Flux sorts them", "main-a1b2c3d-1699999999", "branch-sha a1b2c3d"},
	{"a running number and a commit", "1234-a1b2c3d", "branch-sha a1b2c3d"},
	{"an environment and a commit", "prod-a1b2c3d", "branch-sha a1b2c3d"},
	{"a release and a commit", "v1.2.3-a1b2c3d", "branch-sha a1b2c3d v1.2.3/3"},
	{"a release line and a commit", "1.2-a1b2c3d", "branch-sha a1b2c3d 1.2/2"},
	{"git describe", "v1.2.3-4-gabcdef0", "branch-sha abcdef0 v1.2.3/4"},
	{"git describe with digits alone", "v1.2.3-4-g1234567", "branch-sha 1234567 v1.2.3/4"},
	{"git describe, dirty", "v1.2.3-4-gabcdef0-dirty", "other v1.2.3/4"},
	{"a commit, dirty", "a1b2c3d-dirty", "other"},
	{"a pre-release and a commit", "1.0.0-dev.a1b2c3d", "branch-sha a1b2c3d 1.0.0/3"},

	{"a day and a commit", "2024-01-15-a1b2c3d", "date-sha a1b2c3d"},
	{"eight digits and a commit", "20240115-a1b2c3d", "date-sha a1b2c3d"},
	{"a commit and a day", "a1b2c3d-20240115", "date-sha a1b2c3d"},
	{"v, a day and a commit", "v20231011-8b53cabe0", "date-sha 8b53cabe0"},
	{"a branch, a day and a commit", "main-2024-01-15-a1b2c3d", "date-sha a1b2c3d"},
	{"a Go pseudo-version", "v0.0.0-20240115123456-abcdef123456", "date-sha abcdef123456 v0.0.0/3"},

	{"a release", "1.2.3", "semver 1.2.3/3"},
	{"a release behind v", "v1.2.3", "semver v1.2.3/3"},
	{"a release behind a capital V", "V1.2.3", "semver V1.2.3/3"},
	{"a release candidate", "v1.2.3-rc.1", "semver v1.2.3/3"},
	{"a flavour of a release", "1.25.3-alpine", "semver 1.25.3/3"},
	{"a numbered flavour of a release", "1.25.3-alpine3.18-slim", "semver 1.25.3/3"},
	{"four numbers", "9.9.0.65466-community", "semver 9.9.0.65466/4"},
	{"a calendar release", "2024.1.2", "semver 2024.1.2/3"},
	{"a release behind a name", "app-1.2.3", "semver 1.2.3/3"},
	{"a release behind release-", "release-1.2.3", "semver 1.2.3/3"},
	{"a packaged release", "3.5.9-0", "semver 3.5.9/4"},
	{"a Bitnami release", "1.25.3-debian-11-r0", "semver 1.25.3/3"},
	{"a Bitnami revision of a release line", "12-debian-12-r50", "semver 12/3"},
	{"a build of a major release", "2-345", "semver 2/3"},
	{"a Red Hat release", "9.3-1361", "semver 9.3/3"},
	{"a Red Hat release with a build time", "9.3-1361.1699548029", "semver 9.3/4"},
	{"a Red Hat release of one number", "1-71.1699550446", "semver 1/3"},
	{"a Java update", "8u392-jdk", "semver 8u392/3"},
	{"a Java build", "17.0.9_9-jdk-jammy", "semver 17.0.9/4"},
	{"a Python pre-release", "3.13.0a2-slim", "semver 3.13.0a2/3"},
	{"a Go pre-release", "1.22rc1", "semver 1.22rc1/3"},
	{"a numbered beta", "1.0-beta.1", "semver 1.0/3"},
	{"a numbered beta behind a dash", "1.0-beta-1", "semver 1.0/3"},
	{"a Postgres beta", "16beta1", "semver 16beta1/3"},
	{"a CUDA release", "12.1.1-cudnn8-devel-ubuntu22.04", "semver 12.1.1/3"},
	{"a Jenkins release", "2.426.1-lts-jdk17", "semver 2.426.1/3"},
	{"a GKE release", "v1.27.3-gke.100", "semver v1.27.3/3"},
	{"a release of a platform", "1.2.3-x86_64", "semver 1.2.3/3"},
	{"a release with a day", "1.2.3-20240115", "semver 1.2.3/3"},
	{"a Maven release", "2.1.3.RELEASE", "semver 2.1.3.RELEASE/3"},

	{"a snapshot of a release", "1.2.3-SNAPSHOT", "floating-version 1.2.3/3"},
	{"one number", "1", "floating-version 1/1"},
	{"two digits", "15", "floating-version 15/1"},
	{"v and one number", "v1", "floating-version v1/1"},
	{"two numbers", "1.2", "floating-version 1.2/2"},
	{"two numbers in a flavour", "3.11-slim-bookworm", "floating-version 3.11/2"},
	{"one number in a flavour", "15-alpine", "floating-version 15/1"},
	{"one number in a numbered flavour", "18-alpine3.19", "floating-version 18/1"},
	{"a calendar release line", "24.04", "floating-version 24.04/2"},
	{"a year's release line", "2024.1", "floating-version 2024.1/2"},
	{"x for any", "1.x", "floating-version 1.x/1"},
	{"x for any behind two numbers", "v1.2.x", "floating-version v1.2.x/2"},
	{"a code name", "bookworm", "floating-version bookworm/2"},
	{"a code name in a flavour", "bookworm-slim", "floating-version bookworm/2"},
	{"a flavour on a code name", "slim-bookworm", "floating-version bookworm/2"},
	{"two releases at once", "15-3.4", "floating-version 15/1"},
	{"WordPress on PHP", "6.4-php8.2-apache", "floating-version 6.4/2"},
	{"a line behind a name", "mysql-8.0", "floating-version 8.0/2"},
	{"a line behind release-", "release-1", "floating-version 1/1"},
	{"an unnumbered candidate", "3.12-rc", "floating-version 3.12/2"},
	{"a year may be a number", "2019", "floating-version 2019/1 also number"},

	{"eight digits that are a date", "20240115", "date"},
	{"a date with dashes", "2024-01-15", "date"},
	{"a date with dots", "2024.01.15", "date"},
	{"a date with underscores", "2024_01_15", "date"},
	{"a date behind v", "v20240115", "date"},
	{"a date and a time", "202401151230", "date"},
	{"a date and a time to the second", "20240115123045", "date"},
	{"a date, a dash and a time", "20240115-123045", "date"},
	{"a date with a running number", "20240115.3", "date"},
	{"a month", "2024-01", "date"},
	{"MinIO", "RELEASE.2024-01-13T07-53-03Z", "date"},
	{"ISO 8601", "20240113T075303Z", "date"},
	{"a code name and a date", "bookworm-20231120-slim", "date"},
	{"a code name and a numbered date", "jammy-20231211.1", "date"},
	{"a nightly build", "nightly-20240115", "date"},
	{"a release line and a date", "3.19-20240115", "date 3.19/2"},

	{"eight digits that are no date", "20241315", "number also short-sha"},
	{"seven digits", "1315693", "number also short-sha"},
	{"a Unix time", "1705276800", "number also short-sha"},
	{"a Unix time in milliseconds", "1705276800000", "number"},
	{"three digits", "123", "number"},
	{"a build", "build-42", "number"},
	{"a build without a dash", "b42", "number"},
	{"a revision that counts", "rev-1234", "number"},
	{"a build on a branch", "main-123", "number"},
	{"a build for a stage", "dev-123", "number"},
	{"seven digits on a branch", "main-1234567", "number also branch-sha"},
	{"seven digits of a build", "build-1234567", "number"},

	{"main", "main", "branch"},
	{"master", "master", "branch"},
	{"develop", "develop", "branch"},
	{"HEAD", "HEAD", "branch"},
	{"a flavour of a branch", "master-ubuntu", "branch"},
	{"a branch of a platform", "main-amd64", "branch"},
	{"a part that begins like a branch", "master-node", "other"},
	{"a branch on a numbered tool", "main-php8.2", "branch"},
	{"a feature", "feature-x", "branch"},
	{"a feature with a release's number", "feature-1.2.3", "branch"},
	{"a pull request", "pr-12", "branch"},
	{"a pull request without a dash", "pr12", "branch"},
	{"a merge request", "mr-7", "branch"},
	{"a fix", "fix-login-page", "branch"},
	{"Dependabot", "dependabot-npm_and_yarn-lodash-4.17.21", "branch"},

	{"stable", "stable", "channel"},
	{"a flavour of stable", "stable-alpine", "channel"},
	{"edge", "edge", "channel"},
	{"dev", "dev", "channel"},
	{"PROD", "PROD", "channel"},
	{"a flavour of lts", "lts-jdk17", "channel"},
	{"nightly", "nightly", "channel"},
	{"a release candidate of nothing", "rc", "channel"},
	{"release", "release", "channel"},
	{"a flavour is the newest of its kind", "alpine", "channel"},
	{"two flavours", "fpm-alpine", "channel"},

	{"a word", "blue", "other"},
	{"two words", "stable-diffusion", "other"},
	{"a tool for developers", "dev-tools", "other"},
	{"a flavour of distroless", "nonroot", "other"},
	{"two flavours of distroless", "debug-nonroot", "other"},
	{"a platform", "amd64", "other"},
	{"a numbered flavour", "alpine3.19", "other"},
	{"PHP in WordPress", "php8.2-apache", "other"},
	{"a code name of Windows", "ltsc2022", "other"},
	{"a ticket", "SHOP-123-login", "other"},
	{"a UUID", "550e8400-e29b-41d4-a716-446655440000", "other"},
	{"a candidate of nothing with a number", "rc1", "other"},
	{"separators alone", "___", "other"},
}

// Reliability 19, 22: one class for each tag, and what it is read from.
func TestParse_ClassifiesTags(t *testing.T) {
	for _, tt := range tagCases {
		t.Run(tt.name, func(t *testing.T) {
			if got := describe(parse("registry.example.com/app:" + tt.tag)); got != tt.want {
				t.Errorf("%q is %s, want %s", tt.tag, got, tt.want)
			}
		})
	}
}

// describe writes what a tag is as tagCases do.
func describe(r imageref.Reference) string {
	s := string(r.Class)
	if r.Commit != "" {
		s += " " + r.Commit
	}
	if r.Version != "" {
		s += " " + r.Version + "/" + string(rune('0'+r.Precision))
	}
	for _, reading := range r.Classes[1:] {
		s += " also " + string(reading)
	}
	return s
}

func TestParse_SaysWhatMakesAClassAmbiguous(t *testing.T) {
	tests := []struct{ tag, want string }{
		{"1315693", "1315693 may be a number or an abbreviated commit"},
		{"main-1234567", "1234567 in it may be a number or an abbreviated commit"},
		{"2019", "2019 may be the release line of a year or a number"},
		{"a1b2c3d-dirty", "it was built from uncommitted changes, as dirty in it says"},
		{"1.2.3", ""},
	}
	for _, tt := range tests {
		if got := parse("app:" + tt.tag).Reason; got != tt.want {
			t.Errorf("%q: reason %q, want %q", tt.tag, got, tt.want)
		}
	}
}

func TestParse_TakesBranchesAndChannelsFromTheClassifier(t *testing.T) {
	c := &imageref.Classifier{Branches: []string{"release/*", "15", "1.x", "green"}, Channels: []string{"Blue", "eu/live"}}
	tests := []struct {
		name, tag string
		want      imageref.Class
	}{
		{"a branch by its name", "green", imageref.ClassBranch},
		{"a release line stays one though a branch has its name", "15", imageref.ClassFloatingVersion},
		{"so does one with an x", "1.x", imageref.ClassFloatingVersion},
		{"a branch by its pattern", "release-candidates", imageref.ClassBranch},
		{"a release outranks a pattern", "release-1.2.3", imageref.ClassSemver},
		{"a commit outranks a pattern", "release-x-a1b2c3d", imageref.ClassBranchSHA},
		{"a channel by its name", "blue", imageref.ClassChannel},
		{"a channel with a slash", "eu-live", imageref.ClassChannel},
		{"the usual branches stay", "main", imageref.ClassBranch},
		{"anything else", "red", imageref.ClassOther},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := c.Parse("app:" + tt.tag).Class; got != tt.want {
				t.Errorf("%q is %s, want %s", tt.tag, got, tt.want)
			}
		})
	}
}

func TestParse_SurvivesABadPatternInTheClassifier(t *testing.T) {
	c := &imageref.Classifier{Branches: []string{"[", "feature/["}}
	if got := c.Parse("app:blue").Class; got != imageref.ClassOther {
		t.Errorf("got %s", got)
	}
}

func TestParse_NeverLeavesAListNil(t *testing.T) {
	for _, raw := range []string{"", "nginx", "nginx:1.2.3", "nginx:${TAG}", "a@b", "ko://x"} {
		got := parse(raw)
		if got.Symbols == nil || got.Classes == nil {
			t.Errorf("Parse(%q): symbols %v, classes %v", raw, got.Symbols, got.Classes)
		}
		if diff := cmp.Diff(got.Class, got.Classes[0]); diff != "" {
			t.Errorf("Parse(%q): the first reading is not the class:\n%s", raw, diff)
		}
	}
}
