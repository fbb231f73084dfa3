package imageref

// trait says what a word in a tag stands for. A word may have several.
type trait uint16

const (
	isLatest     trait = 1 << iota
	isChannel          // where a release stands on its way: stable, edge, prod
	isBranch           // a branch by itself: main
	isTopic            // begins the name of a branch: feature-x, pr-12
	isFlavour          // how an image is built; alone, the newest release of that flavour: alpine
	isNeutral          // says nothing of time: amd64, runtime
	isCodename         // a release line of a distribution: bookworm
	isBuild            // a running number follows: build-42
	isCommit           // a commit follows: sha-a1b2c3d
	isPrerelease       // rc.1, beta2
	isMoving           // makes a version one that is built again and again: 1.2.3-SNAPSHOT
	isDirty            // built from uncommitted changes
	isRelease          // a version follows: release-1.2.3
	isTool             // a flavour only where it has a number: php8.2
	isNumbered         // a flavour with a number: alpine3.19
)

// known are the traits of words that say nothing of their own beside a
// channel, a branch or a code name.
const known = isLatest | isChannel | isBranch | isFlavour | isNeutral | isCodename | isMoving

// traits holds the words that are known, in lower case.
var traits = vocabulary(map[trait][]string{
	isLatest: {"latest"},
	isChannel: {
		"stable", "unstable", "oldstable", "oldoldstable", "testing", "test", "sid", "rawhide", "tumbleweed", "rolling",
		"new", "newest", "current", "next", "vnext", "default", "lts", "mainline", "release", "released",
		"prod", "production", "live", "stage", "staging", "preprod", "preproduction", "qa", "uat", "integration", "sandbox", "demo",
		"dev", "devel", "development", "edge", "canary", "nightly", "daily", "weekly", "monthly", "snapshot",
		"alpha", "beta", "rc", "preview", "experimental", "insiders", "insider",
	},
	isBranch: {"main", "master", "develop", "trunk", "head"},
	isTopic: {
		"feature", "feat", "bugfix", "fix", "hotfix", "pr", "pull", "mr", "dependabot", "renovate", "revert", "chore",
		"refs",
	},
	isFlavour: {
		"alpine", "slim", "debian", "ubuntu", "centos", "fedora", "apache", "fpm", "cli", "zts", "jdk", "jre", "dind",
		"management", "perl", "onbuild", "windowsservercore", "nanoserver",
	},
	isNeutral: {
		"amd64", "arm64", "arm64v8", "arm", "armhf", "armv6", "armv7", "arm32v7", "aarch64", "i386", "386", "x86", "x86_64", "x64",
		"ppc64le", "s390x", "riscv64", "linux", "windows", "multiarch",
		"cpu", "gpu", "cuda", "cudnn", "full", "lite", "light", "mini", "minimal", "tiny", "runtime", "sdk",
		"community", "enterprise", "ce", "ee", "oss", "headless", "rootless", "nonroot", "root", "debug", "ubi",
		"openjdk", "temurin", "distroless", "wolfi", "chainguard", "buildpack",
	},
	isTool: {"pg", "php", "python", "py", "node", "java", "dotnet", "ruby", "go", "rust"},
	isCodename: {
		"wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky",
		"trusty", "xenial", "bionic", "focal", "jammy", "mantic", "noble", "oracular", "plucky", "questing", "resolute", "stonking",
	},
	isBuild:      {"build", "b", "run", "ci", "rev", "r", "job"},
	isCommit:     {"sha", "sha1", "sha256", "git", "commit", "g", "rev"},
	isPrerelease: {"rc", "alpha", "beta", "pre", "preview", "dev", "m", "milestone", "ea", "canary", "next", "nightly"},
	isMoving:     {"snapshot", "nightly"},
	isDirty:      {"dirty"},
	isRelease:    {"release", "rel", "version", "v", "r"},
})

func vocabulary(lists map[trait][]string) map[string]trait {
	all := make(map[string]trait, 200)
	for t, words := range lists {
		for _, word := range words {
			all[word] |= t
		}
	}
	return all
}
