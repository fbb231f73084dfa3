package flow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// TestSettings asks what a deployment is told of its environment.
func TestSettings(t *testing.T) {
	told := func(environment string) pipeline.Settings {
		s := pipeline.UnreadSettings("told of " + environment)
		s.Read = true
		return s
	}
	read := told("live-eu")
	for _, test := range []struct {
		name, keys string
		settings   func(string) pipeline.Settings
		want       pipeline.Settings
	}{
		{"an environment by its name", "environment: live-eu", told, read},
		{"no environment", "", told, pipeline.UnreadSettings("the job names no environment")},
		{"an environment by a setting", "environment: '${{ vars.ENV }}'", told, pipeline.UnreadSettings("which environment <setting ENV> is, is not known: setting ENV is not known here")},
		{"settings that were not read", "environment: live-eu", nil, pipeline.UnreadSettings("the settings of the forge were not read")},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := workflow("{push: {branches: [main]}}", job{"d", test.keys, "deploy"})
			p := analysed(t, text, flow.Options{Settings: test.settings})
			if len(p.Deploys) != 1 {
				t.Fatalf("want one deployment, got %+v", p.Deploys)
			}
			if diff := cmp.Diff(test.want, p.Deploys[0].Settings); diff != "" {
				t.Errorf("%s\nsettings (-want +got):\n%s", text, diff)
			}
		})
	}
}
