package document

import (
	"encoding/csv"
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
)

// copy reads COPY and ADD.
func (s *stageReader) copy(r *instructionReader, i *Instruction) {
	i.From = s.copiedFrom(r)
	words := i.Args
	if len(words) == 0 {
		return
	}
	i.Dest, _ = s.scope.expand(words[len(words)-1].Value)
	for _, word := range words[:len(words)-1] {
		if strings.HasPrefix(word.Value, "<<") {
			continue
		}
		word.Value, _ = s.scope.expand(word.Value)
		i.Sources = append(i.Sources, word)
	}
	if i.From == "" {
		s.contextSources(i)
	}
}

// contextSources looks at what is copied out of the build context.
func (s *stageReader) contextSources(i *Instruction) {
	excludes := slices.ContainsFunc(i.Flags, func(flag Entry) bool { return flag.Key == "exclude" })
	for _, source := range i.Sources {
		switch {
		case isRemoteFile(source.Value):
			i.Remote = append(i.Remote, source)
		case isSecretFile(source.Value):
			i.Secrets = append(i.Secrets, source)
		case path.Clean("/"+source.Value) == "/" && !excludes:
			i.Context = true
		}
	}
}

// copiedFrom reads --from of COPY.
func (s *stageReader) copiedFrom(r *instructionReader) string {
	for j, flag := range r.words.flags {
		if from, ok := strings.CutPrefix(flag.text, "--from="); ok {
			s.copied(from, r.path.With("flags", j), s.Holder)
			return from
		}
	}
	return ""
}

// mounts reads from= of RUN --mount.
func (s *stageReader) mounts(r *instructionReader) {
	for j, flag := range r.words.flags {
		mount, ok := strings.CutPrefix(flag.text, "--mount=")
		if !ok {
			continue
		}
		fields, _ := csv.NewReader(strings.NewReader(mount)).Read()
		for _, field := range fields {
			if from, ok := strings.CutPrefix(field, "from="); ok {
				s.copied(from, r.path.With("flags", j), s.Holder)
			}
		}
	}
}

// copied notes a stage or image that files are taken from.
func (s *stageReader) copied(from string, path finding.Path, holder string) {
	name, _ := s.scope.lex.expand(from, in(s.global))
	if name == "" || name == "scratch" {
		return
	}
	s.doc.Images = append(s.doc.Images, s.load.image(name, path, RoleBase, holder))
}
