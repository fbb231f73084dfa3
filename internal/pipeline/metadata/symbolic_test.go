package metadata_test

import (
	"strings"
	"testing"

	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

// written turns text into a value: what stands between « and » is a part that
// is not plain text, as kind or as kind:name.
func written(text string) symbol.Value {
	var parts []symbol.Value
	for {
		before, rest, found := strings.Cut(text, "«")
		parts = append(parts, symbol.Text(before))
		if !found {
			return symbol.Join(parts...)
		}
		part, after, _ := strings.Cut(rest, "»")
		kind, name, _ := strings.Cut(part, ":")
		p := symbol.Part{Kind: symbol.Kind(kind), Name: name}
		if p.Kind == symbol.Unknown {
			p = symbol.Part{Kind: symbol.Unknown, Reason: name, Source: name}
		}
		parts, text = append(parts, symbol.Of(p)), after
	}
}

func TestEvaluate_PartsThatAreNotKnown(t *testing.T) {
	for _, test := range []struct {
		name                        string
		event, ref                  string // "" for push and refs/heads/main
		images, tags, flavor, deflt string // deflt is the default branch; "" for main
		length, head                string
		want                        string
		version                     string // not looked at where empty
	}{
		{name: "an image in the repository's name", images: "ghcr.io/«repository:path»", tags: "type=edge", want: "ghcr.io/<repository's lower path>:edge", version: "edge"},
		{name: "an image from a setting", images: "«setting:REGISTRY»/Shop", tags: "type=edge", want: "<lower-case setting REGISTRY>/shop:edge"},
		{name: "an image that may be off", images: "a\nname=b,enable=«unknown:x»", tags: "type=edge", want: "a:edge\nb:edge?"},
		{name: "the only image may be off", images: "name=b,enable=«unknown:x»", tags: "type=edge", want: "b:edge?\nunknown images:-1 x"},

		{name: "the number of the run is certain", tags: "type=raw,value=«run-number»", want: "shop:<run-number>", version: "<run-number>"},
		{name: "the commit in a value is the commit", tags: "type=raw,value=sha-«sha»\ntype=sha,format=long", want: "shop:sha-<sha>", version: "sha-<sha>"},
		{name: "an input may be empty", tags: "type=raw,value=«input:tag»", want: "shop:<input tag>?"},
		{name: "an input with a prefix may not", tags: "type=raw,value=v«input:tag»", want: "shop:v<input tag>"},
		{name: "the input that stands for the version", tags: "type=semver,pattern={{version}},value=«input:v»", want: "shop:<unknown>?\nshop:latest?"},
		{name: "a version whose numbers are not known", tags: "type=semver,pattern={{version}},value=v«semver»", want: "shop:<semver>\nshop:latest"},
		{name: "its numbers", ref: "refs/tags/v«semver»", tags: "type=semver,pattern={{major}}.{{minor}}\ntype=semver,pattern={{raw}}",
			want: "shop:<semver's major>.<semver's minor>\nshop:v<semver>\nshop:latest"},
		{name: "a Git tag that may be a version", ref: "refs/tags/«git-tag»", tags: "type=semver,pattern={{version}}\ntype=ref,event=tag",
			want: "shop:<unknown>?\nshop:<git-tag>\nshop:latest?"},
		{name: "a Git tag that an expression may match", ref: "refs/tags/v«git-tag»", tags: "type=match,pattern=v(.*),group=1", want: "shop:<unknown>?\nshop:latest?"},
		{name: "a branch whose name is not known", ref: "refs/heads/«branch»", tags: "type=ref,event=branch\ntype=edge", want: "shop:edge?\nshop:<branch>"},
		{name: "a ref of which nothing is known", ref: "«unknown:github.ref»", tags: "type=ref,event=branch", want: "shop:<unknown>?"},
		{name: "a ref of which nothing is known may be any of the usual", ref: "«unknown:github.ref»", want: "shop:<unknown>?\nshop:<unknown>?\nshop:pr-<unknown>?\nshop:latest?"},
		{name: "a pull request whose number is not known", event: "pull_request", ref: "refs/pull/«pr-number»/merge", tags: "type=ref,event=pr", want: "shop:pr-<pr-number>"},
		{name: "the target of a pull request", event: "pull_request_target", tags: "type=ref,event=pr", want: "shop:pr-<pr-number>"},

		{name: "enable that is not known", tags: "type=raw,value=latest,enable=«unknown:vars.LATEST»\ntype=sha", want: "shop:latest?\nshop:sha-<sha7>"},
		{name: "the version where the first rule may be off", tags: "type=edge,enable=«unknown:x»\ntype=sha", want: "shop:edge?\nshop:sha-<sha7>", version: "<unknown>"},
		{name: "the version where both rules give it", tags: "type=edge,enable=«unknown:x»\ntype=raw,value=edge", want: "shop:edge", version: "edge"},
		{name: "the default branch is not known", deflt: "«branch:default»", tags: "type=raw,value=latest,enable={{is_default_branch}}", want: "shop:latest?"},
		{name: "latest where the first rule may be off", ref: "refs/tags/v1.2.3", tags: "type=sha,priority=2000,enable=«unknown:x»\ntype=semver,pattern={{version}}",
			want: "shop:sha-<sha7>?\nshop:1.2.3\nshop:latest?"},
		{name: "latest where every rule agrees", ref: "refs/tags/v1.2.3", tags: "type=ref,event=tag,priority=2000,enable=«unknown:x»\ntype=semver,pattern={{version}}",
			want: "shop:v1.2.3?\nshop:1.2.3\nshop:latest"},
		{name: "latest of a flavor that is not known", tags: "type=edge", flavor: "latest=«unknown:x»", want: "shop:edge\nshop:latest?"},
		{name: "a prefix that is not known", tags: "type=edge", flavor: "prefix=«setting:P»-,onlatest=true", want: "shop:<setting P>-edge"},
		{name: "a flavor that is not known", tags: "type=edge", flavor: "«unknown:inputs.flavor»", want: "shop:<unknown>edge<unknown>\nshop:<unknown>latest<unknown>?\nunknown flavor:0 inputs.flavor"},

		{name: "rules from an input", tags: "«input:tags»", want: "unknown tags:0 input tags is not known here", version: "<unknown>"},
		{name: "rules from an input beside others", ref: "refs/tags/v1.2.3", tags: "type=sha\n«input:tags»", want: "shop:sha-<sha7>\nunknown tags:1 input tags is not known here"},
		{name: "rules from an input make latest doubtful", ref: "refs/tags/v1.2.3", tags: "type=ref,event=tag\n«input:tags»", want: "shop:v1.2.3\nshop:latest?\nunknown tags:1 input tags is not known here"},
		{name: "rules from an input leave latest=true certain", tags: "type=sha\n«input:tags»", flavor: "latest=true", want: "shop:sha-<sha7>\nshop:latest\nunknown tags:1 input tags is not known here"},
		{name: "a type that is not known", tags: "type=«input:kind»", want: "unknown tags:0 input kind is not known here"},
		{name: "an event that is not known", tags: "type=ref,event=«input:kind»", want: "unknown tags:0 the event of the rule is not known"},
		{name: "the branch alone is a value", ref: "refs/heads/«branch»", tags: "«branch»", want: "shop:<branch>"},
		{name: "a priority that is not known", ref: "refs/tags/v1.2.3", tags: "type=sha,priority=«input:p»\ntype=semver,pattern={{version}}", want: "shop:sha-<sha7>\nshop:1.2.3\nshop:latest?", version: "<unknown>"},
		{name: "a format that is not known", tags: "type=sha,format=«input:f»", want: "shop:<unknown>?"},
		{name: "a length that is not known", tags: "type=sha", length: "«input:n»", want: "shop:sha-<unknown>"},
		{name: "which commit of a pull request is not known", event: "pull_request", ref: "refs/pull/12/merge", tags: "type=sha", head: "«input:h»", want: "shop:sha-<unknown>"},
		{name: "a block of a template", tags: "type=raw,value={{#if branch}}x{{/if}}", want: "shop:<unknown>?"},
		{name: "a template that escapes its braces", tags: `type=raw,value=a\{{b}}`, want: "shop:<unknown>?"},
		{name: "a path in a template", tags: "type=raw,value={{this.branch}}", want: "shop:<unknown>?"},
		{name: "an expression of too many steps", ref: "refs/tags/v1.2.3", tags: `type=match,pattern=(?:x{500}|y{600}|v)`, want: "shop:<unknown>?\nshop:latest?"},
		{name: "an expression whose groups differ between languages", ref: "refs/tags/v1.2.3", tags: `type=match,pattern=(?:(v)|\d)+,group=1`, want: "shop:<unknown>?\nshop:latest?"},
		{name: "an expression that only the action knows", ref: "refs/tags/v1.2.3", tags: `type=match,pattern=(?<=v)\d`, want: "shop:<unknown>?\nshop:latest?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			orElse := func(a, b string) symbol.Value {
				if a == "" {
					a = b
				}
				return written(a)
			}
			in := metadata.Inputs{Images: orElse(test.images, "shop"), Tags: written(test.tags), Flavor: written(test.flavor)}
			c := metadata.Context{
				Event: "push", Ref: orElse(test.ref, "refs/heads/main"), SHA: sha, DefaultBranch: orElse(test.deflt, "main"),
				HeadSHA:     symbol.Of(symbol.Part{Kind: symbol.SHA, Length: 39}),
				Environment: metadata.Environment{ShortSHALength: written(test.length), PRHeadSHA: written(test.head)},
			}
			if test.event != "" {
				c.Event = test.event
			}
			got := metadata.Evaluate(in, c)
			if lines(got) != test.want {
				t.Errorf("tags\n%s\nflavor\n%s\ngive\n%s\nwant\n%s", in.Tags, in.Flavor, lines(got), test.want)
			}
			if test.version != "" && got.Version.String() != test.version {
				t.Errorf("version: got %s, want %s", got.Version, test.version)
			}
		})
	}
}
