package symbol

import "strings"

// sampleSHA stands for the commit in samples. It begins with letters and
// digits in a way that no abbreviation of it reads as a number, a date or a
// word.
const (
	sampleSHA    = "4f1c0de9a7b35d2c6e8f0a1b2c3d4e5f60718293"
	sampleMerge  = "9b3e7fa1c5d2486e0f1a2b3c4d5e6f708192a3b4"
	sampleDigest = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
)

// Sample is a plain string that the value could be, for what classifies
// strings. A part that cannot be known is written as a template,
// "${NAME}", which no real string holds.
func (v Value) Sample() string {
	var b strings.Builder
	for _, p := range v {
		b.WriteString(p.sample())
	}
	return b.String()
}

func (p Part) sample() string {
	switch p.Kind {
	case Literal:
		return p.Text
	case SHA:
		return abbreviated(sampleSHA, p.Length)
	case MergeSHA:
		return abbreviated(sampleMerge, p.Length)
	case Semver:
		return p.sampleVersion()
	case RunNumber:
		return "123456" // no version line, and too short for a commit
	case Date:
		return "20240115"
	case PRNumber:
		return "12"
	case Digest:
		return sampleDigest
	case Repository:
		return p.sampleRepository()
	}
	return "${" + templateName(p) + "}"
}

func abbreviated(sha string, length int) string {
	if length <= 0 || length > len(sha) {
		return sha
	}
	return sha[:length]
}

func (p Part) sampleVersion() string {
	switch p.Name {
	case "major":
		return "1"
	case "minor":
		return "2"
	case "patch":
		return "3"
	default:
		return "1.2.3"
	}
}

func (p Part) sampleRepository() string {
	switch strings.TrimPrefix(p.Name, lower+" ") {
	case "owner":
		return "owner"
	case "name":
		return "repository"
	default:
		return "owner/repository"
	}
}

// templateName is a name for a template that holds no bracket.
func templateName(p Part) string {
	name := p.Name
	if name == "" {
		name = p.Source
	}
	if name == "" {
		name = string(p.Kind)
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}
