package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/document"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyReplHelp = `Repl answers expressions in Rego about a file, as rules see it: input, the shared
modules data.guard.lib, the parameters data.guard.params and the rules
data.guard.rules. It reads a line at a time and ends with the input.

  :docs    list the documents of the file
  :doc N   ask about another one
  :help    list this
  :quit    end`

func newPolicyRepl(w *World) *cobra.Command {
	var shared configFlags
	cmd := &cobra.Command{
		Use:   "repl FILE",
		Short: "Ask what rules see of a file",
		Long:  policyReplHelp,
		Example: `  guard policy repl k8s/web.yaml
  echo 'input.images[_].tag' | guard policy repl Dockerfile`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "-" {
				return usagef(cmd, "expected one file")
			}
			s, err := shared.setup(cmd, w)
			if err != nil {
				return err
			}
			documents, err := s.documents(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if len(documents) == 0 {
				return fmt.Errorf("%s holds no document", args[0])
			}
			r := &repl{setup: s, documents: documents, current: mostTelling(documents)}
			return r.run(cmd.Context())
		},
	}
	shared.addFile(cmd)
	return cmd
}

// mostTelling is the first document that is more than text.
func mostTelling(documents []*document.Document) int {
	for i, d := range documents {
		if d.Kind != document.KindFile {
			return i
		}
	}
	return 0
}

// maxQuestion bounds a line that is read.
const maxQuestion = 64 << 10

// repl reads questions and writes answers.
type repl struct {
	setup     *setup
	documents []*document.Document
	current   int
}

func (r *repl) run(ctx context.Context) error {
	w := r.setup.world
	_, prompted := w.Terminal(w.Out)
	lines := bufio.NewScanner(w.In)
	lines.Buffer(nil, maxQuestion)
	for {
		if prompted {
			fmt.Fprint(w.Out, "> ")
		}
		if !lines.Scan() || ctx.Err() != nil {
			break
		}
		text := strings.TrimSpace(lines.Text())
		if text == ":quit" {
			return nil
		}
		if _, err := io.WriteString(w.Out, report.CleanLines(r.answer(ctx, text))); err != nil {
			return err
		}
		if running, _ := policy.Left(); running > 0 {
			return errors.New("guard ends, since the last answer is sought further though that was stopped")
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	return ctx.Err()
}

// answer is what is written for a line.
func (r *repl) answer(ctx context.Context, text string) string {
	command, argument, _ := strings.Cut(text, " ")
	switch {
	case text == "" || strings.HasPrefix(text, "#"):
		return ""
	case command == ":docs":
		return r.list()
	case command == ":doc":
		return r.choose(argument)
	case strings.HasPrefix(command, ":"):
		return policyReplHelp + "\n"
	}
	session := r.setup.evaluator.Session(r.documents[r.current])
	answers, err := session.Ask(ctx, text)
	switch {
	case err != nil:
		return "error: " + err.Error() + "\n"
	case len(answers) == 0:
		return strings.TrimSuffix("undefined: "+session.Missing(text), ": ") + "\n"
	}
	return strings.Join(answers, "\n") + "\n"
}

func (r *repl) list() string {
	var b strings.Builder
	for i, d := range r.documents {
		mark := " "
		if i == r.current {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %d %s\n", mark, i+1, strings.TrimSpace(string(d.Kind)+" "+d.RedactKnown(d.Object)))
	}
	return b.String()
}

func (r *repl) choose(argument string) string {
	n, err := strconv.Atoi(strings.TrimSpace(argument))
	if err != nil || n < 1 || n > len(r.documents) {
		return fmt.Sprintf("error: expected a number from 1 to %d\n", len(r.documents))
	}
	r.current = n - 1
	return r.list()
}
