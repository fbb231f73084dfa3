package pin

import (
	"encoding/csv"
	"regexp"
	"strings"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/tree"
)

// elsewhere is why a reference cannot be changed at its place.
const elsewhere = "it is put together from parts, or stands in a script or another file, so it cannot be changed here"

// written is where an image stands in the text as it is, or why it does not.
func written(d *document.Document, image *document.Image) (start int, reason string) {
	if d.Kind == document.KindDockerfile {
		return inDockerfile(d, image)
	}
	const docker = "docker://"
	if start, reason = scalar(d, image.Path, docker+image.Raw); reason == "" {
		return start + len(docker), ""
	}
	return scalar(d, image.Path, image.Raw)
}

// scalar is where the scalar at a path stands, if the text has its value as it
// is: plain, or in quotes.
func scalar(d *document.Document, path finding.Path, value string) (start int, reason string) {
	node, exact := d.Written(path)
	if !exact || node.Type() != tree.String || node.Text != value {
		return 0, elsewhere
	}
	return verbatim(d.Source, node)
}

// verbatim is where the text of a scalar stands behind its quote.
func verbatim(source *tree.Source, node *tree.Node) (start int, reason string) {
	start = source.Offset(int(node.Line), int(node.Column))
	quote := ""
	switch node.Style {
	case tree.Literal, tree.Folded:
		return 0, "it stands in a block scalar"
	case tree.SingleQuoted:
		quote = "'"
	case tree.DoubleQuoted:
		quote = `"`
	}
	if !strings.HasPrefix(source.Text[start:], quote+node.Text+quote) {
		return 0, "it is written in another way than it reads, with escapes or over several lines"
	}
	return start + len(quote), ""
}

// inDockerfile is where an image of a Dockerfile stands: as a word of FROM, as
// the default of the ARG that FROM names, or behind --from= or from=.
func inDockerfile(d *document.Document, image *document.Image) (start int, reason string) {
	node, exact := d.Written(image.Path)
	if !exact || node.Type() != tree.String {
		return 0, elsewhere
	}
	start, reason = verbatim(d.Source, node)
	if reason != "" {
		return 0, reason
	}
	if strings.HasPrefix(node.Text, "--") {
		return inFlag(node.Text, image.Raw, start)
	}
	if at := strings.Index(node.Text, image.Raw); at >= 0 && strings.Trim(node.Text, `"'`) == image.Raw {
		return start + at, ""
	}
	return inArg(d, node.Text, image.Raw)
}

// inFlag finds the image in --from=IMAGE, or in the field from= of a mount.
func inFlag(flag, raw string, start int) (int, string) {
	name, value, _ := strings.Cut(flag, "=")
	start += len(name) + 1
	if name == "--from" && value == raw {
		return start, ""
	}
	fields, err := csv.NewReader(strings.NewReader(value)).Read()
	if name != "--mount" || err != nil || strings.ContainsAny(value, `"'\`) {
		return 0, elsewhere
	}
	for _, field := range fields {
		if field == "from="+raw {
			return start + len("from="), ""
		}
		start += len(field) + 1
	}
	return 0, elsewhere
}

// wholeArg matches a word that is one ARG and nothing else.
var wholeArg = regexp.MustCompile(`^"?\$(?:\{(\w+)\}|(\w+))"?$`)

// inArg finds the default of the ARG that word names, if that is the image and
// the ARG serves for nothing else.
func inArg(d *document.Document, word, raw string) (start int, reason string) {
	m := wholeArg.FindStringSubmatch(word)
	if m == nil {
		return 0, elsewhere
	}
	name := m[1] + m[2]
	if !servesAlone(d, name) {
		return 0, "it is the default of ARG " + name + ", which serves for more than whole references"
	}
	for i := len(d.Dockerfile.Global) - 1; i >= 0; i-- {
		arg := d.Dockerfile.Global[i]
		if node, exact := d.Written(arg.Path); arg.Name == name && arg.Default != "" && exact && node.Text == raw {
			return verbatim(d.Source, node)
		}
	}
	return 0, elsewhere
}

// servesAlone tells whether every use of an ARG in the file is the image of a
// FROM, so that a digest behind its default disturbs nobody else.
func servesAlone(d *document.Document, name string) bool {
	uses := regexp.MustCompile(`\$(?:\{` + name + `\b|` + name + `\b)`)
	whole := 0
	for _, stage := range d.Dockerfile.Stages {
		node, exact := d.Written(stage.Path.With("args", 0))
		if !exact {
			continue
		}
		if m := wholeArg.FindStringSubmatch(node.Text); m != nil && m[1]+m[2] == name {
			whole++
		}
	}
	return len(uses.FindAllString(d.Source.Text, -1)) == whole
}

// restOfLine is what stands behind an offset on its line.
func restOfLine(text string, at int) string {
	rest := text[at:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		rest = rest[:end]
	}
	return strings.TrimRight(rest, "\r")
}
