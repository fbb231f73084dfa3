package policy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/document"
	"guard/internal/policy"
)

// checked is what guard policy check says of a rule beside guard's own.
func checked(t *testing.T, rule string) string {
	t.Helper()
	sources := []policy.Source{policy.Builtin(), {Name: "own", Custom: true, FS: fstest.MapFS{"image/moving.rego": {Data: []byte(rule)}}}}
	if _, err := policy.Check(t.Context(), sources); err != nil {
		return err.Error()
	}
	return ""
}

func TestCheck_FindsWhatNothingReaches(t *testing.T) {
	kubernetes := func(kinds string) string {
		text := replace(`["*"]`, kinds)
		text = strings.Replace(text, "package guard.rules.image.moving\n", "package guard.rules.image.moving\n\nimport data.guard.lib.kubernetes\n", 1)
		return strings.Replace(text, "some image in", "some _ in kubernetes.pods\n\tsome image in", 1)
	}
	tests := map[string]struct{ rule, want string }{
		"a sound rule":          {sound, ""},
		"a kind of no document": {replace(`["*"]`, "[image, kubernetes]"), `own/image/moving.rego:12:5: no document is of kind "image": what registries say of images is input.images[_].facts`},
		"a field of other kinds": {kubernetes("[dockerfile, compose]"),
			"own/image/moving.rego:24:1: this deny can never be reached: it asks for input.kubernetes, which no document of kind dockerfile, compose has"},
		"a field that one of the kinds lacks": {kubernetes("[kubernetes, compose]"), "own/image/moving.rego:12:5: no deny can be reached by a document of kind compose: it has no kubernetes"},
		"a field that all kinds have":         {kubernetes("[kubernetes]"), "schemas must hold"},
		"a class that there is none of":       {replace("some image in input.images", "some image in input.images\n\timage.class == \"lates\""), `own/image/moving.rego:24:2: image.class is never "lates", did you mean "latest"?`},
		"a role in a list":                    {replace("some image in input.images", "some image in input.images\n\timage.role in {\"base\", \"bilt\"}"), `image.role is never "bilt", did you mean "built"?`},
		"a class on the left":                 {replace("some image in input.images", "some image in input.images\n\t\"lates\" != image.class"), `image.class is never "lates"`},
		"two values at once":                  {replace("some image in input.images", "some image in input.images\n\timage.name == \"a\"\n\timage.name == \"b\""), `own/image/moving.rego:25:2: this is never true here: image.name is "a" by a condition above`},
		"a value outside of a list":           {replace("some image in input.images", "some image in input.images\n\timage.name in {\"a\", \"b\"}\n\timage.name == \"c\""), `image.name is "a" or "b" by a condition above`},
		"a value that was excluded":           {replace("some image in input.images", "some image in input.images\n\timage.name != \"a\"\n\timage.name == \"a\""), `image.name is not "a" by a condition above`},
		"a value that is in no list":          {replace("some image in input.images", "some image in input.images\n\tnot image.name in {\"a\"}\n\timage.name == \"a\""), `image.name is not "a" by a condition above`},
		"two values in two places":            {replace("some image in input.images", "some image in input.images\n\timage.name == \"a\"\n\tsome other in input.images\n\tother.name == \"b\""), ""},
		"a value of a list":                   {replace("some image in input.images", "some image in input.images\n\timage.name in {\"a\", \"b\"}\n\timage.name != \"a\""), ""},
		"what is never true":                  {replace("some image in input.images", "some image in input.images\n\tfalse"), "this is never true, so what follows is never reached"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := checked(t, tt.rule)
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// The values that schemas list are those of the constants.
func TestSchemas_ListAllValues(t *testing.T) {
	for field, where := range map[string][2]string{
		"input.images[_].role":              {"../document", "Role"},
		"input.images[_].class":             {"../imageref", "Class"},
		"input.kind":                        {"../document", "Kind"},
		"input.pipeline.activities[_].kind": {"../pipeline", "ActivityKind"},
	} {
		want := constants(t, where[0], where[1])
		got, err := policy.SchemaValues("any", field)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(got)
		slices.Sort(want)
		if len(want) < 3 || !slices.Equal(got, want) {
			t.Errorf("%s: got  %q\nwant %q", field, got, want)
		}
	}
}

// constants are the values of the constants of a type in a package.
func constants(t *testing.T, dir, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, is := n.(*ast.ValueSpec)
			if !is || len(spec.Values) != 1 {
				return true
			}
			name, named := spec.Type.(*ast.Ident)
			literal, isLiteral := spec.Values[0].(*ast.BasicLit)
			if named && isLiteral && name.Name == typeName {
				value, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, value)
			}
			return true
		})
	}
	return values
}

// What documents hold must be among the values that schemas list: a rule that
// asks for anything else is refused.
func TestSchemas_ListWhatDocumentsHold(t *testing.T) {
	values := func(field string) []string {
		list, err := policy.SchemaValues("any", field)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	roles, classes, activities := values("input.images[_].role"), values("input.images[_].class"), values("input.pipeline.activities[_].kind")
	images := 0
	err := fs.WalkDir(policy.Builtin().ExampleFS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(policy.Builtin().ExampleFS, name)
		if err != nil {
			return err
		}
		for _, doc := range document.Load(name, text, document.Options{}) {
			for _, image := range doc.Images {
				images++
				if !slices.Contains(roles, string(image.Role)) || !slices.Contains(classes, string(image.Class)) {
					t.Errorf("%s: image %s has the role %q and the class %q", name, image.Raw, image.Role, image.Class)
				}
			}
			if doc.Pipeline != nil {
				for _, activity := range doc.Pipeline.Activities {
					if !slices.Contains(activities, string(activity.Kind)) {
						t.Errorf("%s: an activity of kind %q", name, activity.Kind)
					}
				}
			}
		}
		return nil
	})
	if err != nil || images < 300 {
		t.Errorf("%d images are too few to prove anything: %v", images, err)
	}
}
