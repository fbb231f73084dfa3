package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"guard/internal/finding"
	"guard/internal/policy"
)

const policySchemaHelp = `Schema says what rules see as input: for one kind of document, for what all kinds
have in common (input), or for what any kind has (any).

json-schema is the schema that rules are checked against, for editors and other
tools. rego lists every field as a rule reaches it, with its type; value is the
file itself, whose fields nobody knows.`

func newPolicySchema(w *World) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "schema KIND",
		Short: "Say what rules see of a kind of document",
		Long:  policySchemaHelp,
		Example: `  guard policy schema kubernetes
  guard policy schema input -o rego | grep images`,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return policy.SchemaNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected one kind, found %d: one of %s", len(args), strings.Join(policy.SchemaNames(), ", "))
			}
			return writeSchema(w.Out, format, args[0])
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "json-schema", "`format`: json-schema or rego")
	completeFixed(cmd, "output", "json-schema", "rego")
	return cmd
}

func writeSchema(w io.Writer, format, name string) error {
	schema, known := policy.Schemas()[name]
	switch {
	case !known && finding.Nearest(name, policy.SchemaNames()) == "":
		return &usageError{message: fmt.Sprintf("unknown kind %q, expected one of %s", name, strings.Join(policy.SchemaNames(), ", "))}
	case !known:
		return unknownName("kind", name, policy.SchemaNames())
	case format == "json-schema":
		_, err := w.Write(schema)
		return err
	case format == "rego":
		return listSchema(w, name)
	}
	return unknownName("format", format, []string{"json-schema", "rego"})
}

// listSchema writes a field a line, in a form that Rego takes for comments.
func listSchema(w io.Writer, name string) error {
	fields, err := policy.SchemaFields(name)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(table, "# schemas:\n# - input: schema.%s\n", name)
	for _, f := range fields {
		about := f.Type
		if len(f.Values) > 0 {
			about += ": " + strings.Join(f.Values, ", ")
		}
		fmt.Fprintf(table, "%s\t# %s\n", f.Path, about)
	}
	return table.Flush()
}
