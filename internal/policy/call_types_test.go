package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// passed is a rule that hands what it reads through functions, sets and objects,
// without a mistake.
const passed = `
deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	_direct(image)
	_chained(image)
	not _negated(image)
	_nested({"image": image, "why": "here"})
	_two(image, image.stage).name == "x"
	msg := sprintf("%s", [_message(image)])
}

_direct(image) if image.registry == "x"

_chained(picture) if _further(picture, "x")

_further(picture, text) if picture.repository == text

_negated(image) if image.digest

_nested(both) if both.image.raw == both.why

_two(image, stage) := {"name": image.name, "stage": stage}

_message(image) := image.tag

_message(image) := image.holder if not image.tag

deny contains {"message": "sets", "path": image.path} if {
	some image in _pulled
	image.role == "base"
	count([c | some c in _containers; _runs(c, image)]) > 0
	every c in _containers { _whole(c) }
	facts := [i.facts | some i in _pulled; _asked(i)]
	some fact in facts
	_old(fact)
	_of(image).name == "web"
	_first(input.images).class == "latest"
	{_key(i): i | some i in input.images}["x"].version
}

deny contains {"message": "every", "path": []} if {
	every at, e in input.workload.containers {
		at < 3
		e.effective.privileged.value
		object.get(e, "fragment", "") != ""
		every f in input.images { f.bad_digest == e.name }
		count([x | some x in e.effective.capabilities_add; x.value == "ALL"]) > 0
	}
	_every(input.images)
}

_every(list) if {
	every l in list { l.injected }
}

_pulled contains image if {
	some image in input.images
	image.commit
}

_containers := [c | some c in input.workload.containers]

_runs(container, image) if container.image.path == image.path

_whole(c) if c.effective.run_as_user.value == 0

_asked(i) if i.facts.digest == "known"

_old(fact) if fact.created

_of(image) := container if {
	some container in input.workload.containers
	container.image.path == image.path
}

_first(list) := list[0]

_key(i) := i.pull_rule

deny contains {"message": "objects", "path": o.place} if {
	some o in _objects
	o.why != ""
	_show(o.image)
	found := _pick(o)
	found.precision == 2
	_last(found)
	_given(found).own
	_whole_document(input)
	some _, c in _by_name
	_listed([c])
}

_whole_document(doc) if doc.file == "x"

_by_name[name] := c if {
	some c in input.workload.containers
	name := c.name
}

_listed(list) if {
	some one in list
	one.ports
}

_objects contains {"image": image, "place": image.path, "why": image.reason} if some image in input.images

_pick(o) := o.image

_show(i) if i.invalid

_last(i) if i.traceable

_given(i) := i if i.mutable
else := i
`

// Each typo in a field of what is passed on is told before the rule runs: at its
// line, with the word that was meant.
func TestCheck_TellsTyposOfWhatIsPassedOn(t *testing.T) {
	if said := checkBody(t, passed); said != "" {
		t.Fatal(said)
	}
	for _, typo := range passedTypos {
		before, _, found := strings.Cut(passed, typo.right)
		if !found {
			t.Fatalf("%q is not in the rule", typo.right)
		}
		line := strings.Count(header+before, "\n") + 1
		want := fmt.Sprintf("own/image/team_registry.rego:%d:", line)
		said := checkBody(t, strings.Replace(passed, typo.right, typo.wrong, 1))
		if !strings.HasPrefix(said, want) || !strings.Contains(said, fmt.Sprintf("did you mean %q?", typo.meant)) || !strings.Contains(said, typo.wrong) {
			t.Errorf("%q for %q: want %q at %s, got %s", typo.wrong, typo.right, typo.meant, want, said)
		}
		if lines := strings.Count(said, "own/image/team_registry.rego:"); lines != 1 {
			t.Errorf("%q for %q is told %d times: %s", typo.wrong, typo.right, lines, said)
		}
	}
	if len(passedTypos) < 15 {
		t.Errorf("%d typos", len(passedTypos))
	}
}

var passedTypos = []struct{ right, wrong, meant string }{
	{`image.registry`, `image.registy`, `registry`},
	{`picture.repository`, `picture.repositry`, `repository`},
	{`image.digest`, `image.digst`, `digest`},
	{`both.image.raw`, `both.image.rw`, `raw`},
	{`both.image.raw`, `both.imag.raw`, `image`},
	{`both.why`, `both.whi`, `why`},
	{`image.stage)`, `image.stag)`, `stage`},
	{`.name == "x"`, `.nam == "x"`, `name`},
	{`"name": image.name`, `"name": image.nme`, `name`},
	{`image.tag`, `image.tg`, `tag`},
	{`image.holder`, `image.holdr`, `holder`},
	{`image.role`, `image.rol`, `role`},
	{`image.commit`, `image.comit`, `commit`},
	{`container.image.path`, `container.imag.path`, `image`},
	{`== image.path`, `== image.pth`, `path`},
	{`c.effective`, `c.efective`, `effective`},
	{`run_as_user.value`, `run_as_user.vlaue`, `value`},
	{`i.facts |`, `i.fact |`, `facts`},
	{`i.facts.digest`, `i.facts.digst`, `digest`},
	{`fact.created`, `fact.creatd`, `created`},
	{`_of(image).name`, `_of(image).nam`, `name`},
	{`(input.images).class`, `(input.images).clas`, `class`},
	{`["x"].version`, `["x"].versin`, `version`},
	{`i.pull_rule`, `i.pul_rule`, `pull_rule`},
	{`e.effective.privileged`, `e.effective.priviliged`, `privileged`},
	{`f.bad_digest`, `f.bad_digst`, `bad_digest`},
	{`e.name`, `e.nme`, `name`},
	{`x.value == "ALL"`, `x.vlue == "ALL"`, `value`},
	{`"fragment", ""`, `"fragmnt", ""`, `fragment`},
	{`l.injected`, `l.injectd`, `injected`},
	{`o.place`, `o.plce`, `place`},
	{`o.why`, `o.wy`, `why`},
	{`_show(o.image)`, `_show(o.imge)`, `image`},
	{`found.precision`, `found.precison`, `precision`},
	{`:= o.image`, `:= o.imge`, `image`},
	{`i.invalid`, `i.invald`, `invalid`},
	{`i.traceable`, `i.tracable`, `traceable`},
	{`i.mutable`, `i.mutabl`, `mutable`},
	{`_given(found).own`, `_given(found).onw`, `own`},
	{`doc.file`, `doc.fil`, `file`},
	{`name := c.name`, `name := c.nme`, `name`},
	{`one.ports`, `one.prots`, `ports`},
}

// header is what stands above the body of the rule.
var header, _, _ = strings.Cut(typed, "import data")

func checkBody(t *testing.T, body string) string {
	t.Helper()
	return checkRule(t, header+body)
}

func checkRule(t *testing.T, text string) string {
	t.Helper()
	sources := []policy.Source{policy.Builtin(), {Name: "own", Custom: true, FS: fstest.MapFS{"image/team_registry.rego": {Data: []byte(text)}}}}
	if _, err := policy.Check(t.Context(), sources); err != nil {
		return err.Error()
	}
	return ""
}

// alsoWrong is a mistake that is told beside whatever is right.
const alsoWrong = `

deny contains {"message": "wrong", "path": image.path} if { some image in input.images; _wrong(image) }

_wrong(image) if image.repositry == "x"
`

// What a function of guard's library gives back of what it is given is known, too.
func TestCheck_TellsTyposOfWhatTheLibraryHandsOn(t *testing.T) {
	body := strings.NewReplacer("schema.kubernetes", "schema.pipeline", "[kubernetes]", "[pipeline]").Replace(header) + `import data.guard.lib.deploy

deny contains {"message": "x", "path": one.path} if {
	some one in deploy.firsts(input.pipeline.deploys)
	_late(one)
}

_late(one) if one.tier == "x"
`
	if said := checkRule(t, body); said != "" {
		t.Fatal(said)
	}
	for wrong, right := range map[string]string{"pth": "path", "teir": "tier"} {
		if said := checkRule(t, strings.Replace(body, "one."+right, "one."+wrong, 1)); !strings.Contains(said, fmt.Sprintf("did you mean %q", right)) {
			t.Errorf("%s: %q", wrong, said)
		}
	}
}

// What is right somewhere, or of which nobody knows what it is, is not told.
func TestCheck_IsSilentAboutWhatIsPassedOnRightly(t *testing.T) {
	for name, body := range map[string]string{
		"a function for two models, each with a field of its own": `
deny contains {"message": _name(image), "path": image.path} if some image in input.images
deny contains {"message": _name(container), "path": container.path} if some container in input.workload.containers
_name(x) := x.raw
_name(x) := x.name if x.image`,
		"of two definitions each is for one": `
deny contains {"message": _name("image", image), "path": image.path} if some image in input.images
deny contains {"message": _name("container", c), "path": c.path} if some c in input.workload.containers
_name("image", x) := x.raw
_name("container", x) := x.name`,
		"asked of an object of one's own": `
deny contains {"message": "x", "path": []} if {
	some image in input.images
	object.get(object.union(image, {"registy": "x"}), "registy", "") == "x"
	object.get({image.raw: 1}, "registy", "") == "x"
	object.get(image, ["facts", "registy"], "") == "x"
	object.get(input.value, "registy", "") == "x"
}`,
		"a part of the document that no schema describes": `
deny contains {"message": "x", "path": []} if _named(input.value)
_named(x) if x.metadata.nothing.of.this == "x"`,
		"an element of it": `
deny contains {"message": "x", "path": []} if { some one in input.value.items; _named(one) }
_named(x) if x.registy == "x"`,
		"called with what is known, and with what is not": `
deny contains {"message": "x", "path": []} if { some image in input.images; _named(image) }
deny contains {"message": "y", "path": []} if _named(input.value.spec)
_named(x) if x.registy == "x"`,
		"called with a parameter": `
deny contains {"message": "x", "path": []} if { some one in data.guard.params["image/team-registry"].allowed; _named(one) }
_named(x) if x.registy == "x"`,
		"called with what a builtin gives": `
deny contains {"message": "x", "path": []} if { some image in input.images; _named(object.union(image, {"registy": "x"})) }
_named(x) if x.registy == "x"`,
		"called with JSON that is decoded": `
deny contains {"message": "x", "path": []} if { some image in input.images; _named(json.unmarshal(image.raw)) }
_named(x) if x.registy == "x"`,
		"never called": `
deny contains {"message": "x", "path": []} if { some image in input.images; image.tag }
_named(x) if x.registy == "x"`,
		"an object with keys of one's own": `
deny contains {"message": "x", "path": image.path} if { some image in input.images; _both({"image": image, "registy": "x"}).of == "x" }
_both(x) := {"of": x.registy} if x.image.registry`,
		"objects that differ": `
deny contains {"message": "x", "path": []} if { some o in _objects; _named(o) }
_objects contains {"a": image.raw} if some image in input.images
_objects contains {"b": image.raw} if some image in input.images
_named(o) if o.a == "x"
_named(o) if o.b == "x"`,
		"an object by names that are computed": `
deny contains {"message": "x", "path": []} if { some image in input.images; _named({image.raw: image}) }
_named(o) if o.anything.registry == "x"`,
		"a field by a name that is computed": `
deny contains {"message": "x", "path": []} if { some image in input.images; some field in ["registry", "tag"]; _is(image, field) }
_is(x, field) if x[field] == "x"`,
		"a default, and else": `
deny contains {"message": _named(image), "path": image.path} if some image in input.images
default _named(_) := "x"
_named(image) := image.registry if image.own
else := image.tag if image.tag
else := "none"`,
		"handed through, every, comprehensions and not": `
deny contains {"message": "x", "path": []} if {
	images := _same(_same([i | some i in input.images; not _own(i)]))
	every i in images { _tagged(_same(i)) }
	not _all({i.holder | some i in images; _own(i)})
}
_same(x) := x
_own(i) if i.own
_tagged(i) if i.tag
_all(holders) if { some h in holders; startswith(h, "x") }`,
		"a field that may be null": `
deny contains {"message": "x", "path": []} if { some c in input.workload.containers; _found(c.effective.run_as_user) }
_found(x) if { not is_null(x); x.value == 0 }`,
		"by position": `
deny contains {"message": "x", "path": []} if { some image in input.images; _pair([image, 1]) }
_pair([x, n]) if { x.tag; n == 1 }`,
		"by key": `
deny contains {"message": "x", "path": []} if { some image in input.images; _pair({"of": image}) }
_pair({"of": x}) if x.tag`,
		"a function of guard's own": `
deny contains {"message": "x", "path": []} if { some image in input.images; lib.pulled(image); _as(lib.pulled(image)) }
_as(x) if x == true`,
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(body, "lib.") {
				body = "import data.guard.lib.image as lib\n" + body
			}
			body = strings.ReplaceAll(body, "\n", "\n\n")
			if said := checkBody(t, body); said != "" {
				t.Error(said)
			}
			if said := checkBody(t, body+alsoWrong); !strings.Contains(said, `did you mean "repository"?`) {
				t.Errorf("a mistake beside it is not told: %q", said)
			}
		})
	}
}

// What is called amid more conditions than are followed is not known.
func TestCheck_FollowsNoMoreThanItCan(t *testing.T) {
	body := func(conditions int) string {
		return "deny contains {\"message\": \"x\", \"path\": image.path} if {\n\tsome image in input.images\n" +
			strings.Repeat("\timage.tag\n", conditions) + "\t_allowed(image)\n}\n\n_allowed(image) if image.registy\n"
	}
	if said := checkBody(t, body(20)); !strings.Contains(said, "did you mean") {
		t.Errorf("20 conditions: %q", said)
	}
	if said := checkBody(t, body(2000)); said != "" {
		t.Errorf("2000 conditions: %q", said)
	}
	for name, both := range map[string]string{"one object": `{"a": x, "b": x}`, "another": `{"b": x}`, "a list": `[x, x]`, "a set": `{[x, 1], [x, 2]}`, "a comprehension": `[[x, y] | some y in [x]]`} {
		text := "deny contains {\"message\": \"x\", \"path\": []} if {\n\tsome image in input.images\n\t_f0(image)\n}\n"
		for i := range 30 {
			text += fmt.Sprintf("\n_f%d(x) if _f%d({\"a\": x})\n\n_f%d(x) if {\n\ty := _twice(%s)\n\t_f%d(y)\n}\n", i, i+1, i, both, i+1)
		}
		if said := checkBody(t, text+"\n_f30(x) if x.registy == 1\n\n_twice(x) := {\"both\": [x, x]}\n"); said != "" {
			t.Errorf("what grows by %s: %q", name, said)
		}
	}
}

// So is what it reads from the document for others.
func TestCheck_TellsTyposOfWhatTheLibraryReads(t *testing.T) {
	body := strings.NewReplacer("schema.kubernetes", "schema.dockerfile", "[kubernetes]", "[dockerfile]").Replace(header) + `import data.guard.lib.dockerfile as docker

deny contains {"message": "x", "path": one.path} if {
	some one in docker.instructions
	one.keyword == "RUN"
	docker.final.name == "x"
}
`
	if said := checkRule(t, body); said != "" {
		t.Fatal(said)
	}
	for wrong, right := range map[string]string{"one.pth": "one.path", "one.keywrd": "one.keyword", "final.nam": "final.name"} {
		if said := checkRule(t, strings.Replace(body, right, wrong, 1)); !strings.Contains(said, "own/image/team_registry.rego:") || !strings.Contains(said, "did you mean") {
			t.Errorf("%s: %q", wrong, said)
		}
	}
}
