package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// tasks of Azure Pipelines, by name and version or by name alone.
var azureTasks = []action{
	{uses: "docker@2|docker@1|docker@0|docker", kinds: aBuild, read: dockerTask, when: inputIs("command", "|build|buildandpush|build an image")},
	{uses: "docker@2|docker@1|docker@0|docker", kinds: aPush, read: dockerTask, when: inputIs("command", "push|push an image|push images")},
	{uses: "dockercompose@0|dockercompose@1|dockercompose", kinds: aBuild, read: composeTask, when: actionHas("build")},
	{uses: "dockercompose@0|dockercompose@1|dockercompose", kinds: aPush, when: actionHas("push")},
	{uses: "kubernetesmanifest", kinds: aDeploy, images: "containers", files: "manifests", read: manifestTask, when: inputIs("action", "|deploy|promote|patch")},
	{uses: "kubernetesmanifest", kinds: kinds{pipeline.Wait}, read: manifestTask, when: inputIs("action", "|deploy|promote")},
	{uses: "kubernetesmanifest", kinds: kinds{pipeline.Canary}, images: "containers", read: manifestTask, when: canaryTask},
	{uses: "kubernetesmanifest", kinds: kinds{pipeline.Rollback}, read: manifestTask, when: inputIs("action", "reject")},
	{uses: "helmdeploy", kinds: aDeploy, read: helmTask, when: inputIs("command", "install|upgrade")},
	{uses: "helmdeploy", kinds: kinds{pipeline.Wait}, read: helmTask, when: helmTaskWaits},
	{uses: "helmdeploy", kinds: kinds{pipeline.Rollback}, read: helmTask, when: inputIs("command", "rollback")},
	{uses: "kubernetes", kinds: kinds{}, when: kubernetesTask},
	{uses: "kubectl", kinds: kinds{}, when: kubernetesTask},
	{uses: "kubernetes", kinds: aCredentials, when: inputIs("command", "login")},
	{uses: "manualvalidation|manualintervention", kinds: aApproval, when: inputIs("onTimeout", "|reject")},
	{uses: "manualvalidation|manualintervention", kinds: kinds{}}, // goes on where nobody answers in time
	{uses: "azurewebappcontainer", kinds: aDeploy, images: "containers|imageName", read: targetInputs("webapp", "appName", "", "")},
	{uses: "azurewebapp|azurermwebappdeployment|azurefunctionapp|azurefunctionappcontainer|azurecontainerapps|azurespringcloud|azurestaticwebapp|azurecontainerinstances|servicefabricdeploy|azureresourcemanagertemplatedeployment|azureresourcegroupdeployment|iiswebappdeploymentonmachinegroup|azurecloudpowershelldeployment|azureappservicemanage", kinds: aDeploy, images: "imageToDeploy|imageName|dockerImage", read: targetInputs("app", "appName|WebAppName|containerAppName", "", "slotName")},
	{uses: "bash|shellscript|cmdline", script: "script"},
	{uses: "azurecli", script: "inlineScript"},
	{uses: "ssh", kinds: kinds{}, when: sshTask},
	{uses: "maven", args: "mvn:goals"},
	{uses: "maven", kinds: kinds{}},
	{uses: "gradle", args: "gradle:tasks"},
	{uses: "npm", kinds: kinds{}, when: npmTask},
	{uses: "dotnetcorecli", kinds: aTest, when: inputIs("command", "test")},
	{uses: "dotnetcorecli", kinds: kinds{}, when: dotnetTask},
	{uses: "vstest|runvisualstudiotestsusingtestagent", kinds: aTest},
	{uses: "go", kinds: kinds{}, when: goTask},
	{uses: "publishcodecoverageresults", kinds: aCoverage},
	{uses: "sonarqubeanalyze|sonarcloudanalyze|sonarqubepublish|sonarcloudpublish|trivy|whitesource|mend|snyksecurityscan|credscan|advancedsecurity-codeql-analyze|advancedsecurity-dependency-scanning|microsoftsecuritydevops|containerscan|veracode|checkmarx|dependency-check-build-task|prismacloud|aqua", kinds: aScan},
	{uses: "terraformtask|terraformtaskv1|terraformtaskv2|terraformtaskv3|terraformtaskv4|terraformcli|terraform", kinds: aDeploy, when: inputIs("command", "apply")},
	{uses: "vsbuild|msbuild|ant|cmake|xcode|androidsigning|gulp|grunt", kinds: kinds{}, when: func(u *useCall) bool { return !opaqueTask(u) }},
	{uses: "sendemail|slacknotification", kinds: aNotify},
	{uses: "invokerestapi|azurefunction", kinds: kinds{}},
}

// dockerTask reads Docker@2. Its registry is that of a service connection,
// which the file does not name.
func dockerTask(u *useCall, a *pipeline.Activity) {
	a.Pushes = ""
	if a.Kind == pipeline.Build {
		a.Pushes = "no"
		if command := strings.ToLower(u.value("command")); command == "" || command == "buildandpush" {
			a.Pushes = "yes"
		}
	}
	repository := u.value("repository|imageName")
	if connection := u.value("containerRegistry|dockerRegistryConnection|azureContainerRegistry"); connection != "" && repository != "" && !hasRegistry(repository) {
		repository = "$(registry of the service connection " + connection + ")/" + repository
	}
	tags := u.operands("tags")
	if len(tags) == 0 && u.input("repository|imageName") != nil {
		tags = []pipeline.Operand{{Text: "$(Build.BuildId)", Path: u.input("repository|imageName").Path}}
	}
	if repository == "" {
		return
	}
	for _, tag := range tags {
		a.Images = append(a.Images, pipeline.Operand{Text: repository + ":" + tag.Text, Path: tag.Path})
	}
}

func composeTask(_ *useCall, a *pipeline.Activity) { a.Pushes = "no" }

func actionHas(word string) func(*useCall) bool {
	return func(u *useCall) bool {
		return strings.Contains(strings.ToLower(u.value("action|dockerComposeCommand|command")), word)
	}
}

// manifestTask reads KubernetesManifest, which waits for the rollout.
func manifestTask(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Namespace: u.value("namespace"), Context: u.value("kubernetesServiceConnection|kubernetesServiceEndpoint")}
	if u.value("name") != "" {
		a.Target.Kind, a.Target.Name = kindOf(u.value("kind")), u.value("name")
	}
	a.Waits = a.Kind == pipeline.Deploy
	if v := u.input("rolloutStatusTimeout"); v != nil {
		a.Limit = v.Value + "s"
		a.Timeout = &pipeline.Operand{Text: v.Value, Path: v.Path}
	} else {
		a.Limit = "0s" // it waits without end unless told otherwise
	}
}

func canaryTask(u *useCall) bool {
	return strings.EqualFold(u.value("strategy"), "canary") && isOneOf(strings.ToLower(u.value("action")), "|deploy|promote")
}

func helmTask(u *useCall, a *pipeline.Activity) {
	a.Target = pipeline.Target{Kind: "release", Name: u.value("releaseName"), Namespace: u.value("namespace"), Context: u.value("kubernetesServiceConnection|kubernetesServiceEndpoint|kubernetesCluster")}
	arguments := u.value("arguments")
	a.Atomic = strings.Contains(arguments, "--atomic")
	a.Waits = helmTaskWaits(u)
	if chart := u.value("chartPath|chartName"); chart != "" {
		a.Files = append(a.Files, chart)
	}
	a.Files = append(a.Files, u.files("valueFile")...)
	for _, set := range u.operands("overrideValues") {
		a.Images = append(a.Images, helmSetInput(set)...)
	}
}

// helmSetInput reads image.tag=1 of an input.
func helmSetInput(operand pipeline.Operand) []pipeline.Operand {
	at := assignmentAt(operand.Text)
	if at < 0 {
		return nil
	}
	_, field := imageField(operand.Text[:at])
	operand.Text = operand.Text[at+1:]
	operand.Tag = field == "tag"
	if field == "tag" || field == "whole" {
		return []pipeline.Operand{operand}
	}
	return nil
}

func helmTaskWaits(u *useCall) bool {
	return isOneOf(strings.ToLower(u.value("command")), "install|upgrade") && !strings.EqualFold(u.value("waitForExecution"), "false")
}

// kubernetesTask looks at the command line that Kubernetes@1 runs.
func kubernetesTask(u *useCall) bool {
	command := u.value("command")
	if command == "" || command == "login" || command == "logout" {
		return true
	}
	line := "kubectl " + command + " " + u.value("arguments")
	if namespace := u.value("namespace"); namespace != "" {
		line += " -n " + namespace
	}
	if strings.EqualFold(u.value("useConfigurationFile"), "true") {
		line += " -f " + u.value("configuration")
	}
	u.finder.inputScript(u, line)
	return true
}

func sshTask(u *useCall) bool {
	s := *u.scope
	s.remote = orElse(u.value("sshEndpoint"), "a machine over ssh")
	u.scope = &s
	u.finder.inputScript(u, u.value("inline|commands"))
	return true
}

func npmTask(u *useCall) bool {
	switch command := u.value("command"); command {
	case "custom":
		u.finder.inputScript(u, "npm "+u.value("customCommand"))
	case "", "install", "ci":
		u.finder.inputScript(u, "npm "+orElse(command, "install"))
	}
	return true
}

func dotnetTask(u *useCall) bool {
	if u.value("command") == "custom" {
		u.finder.inputScript(u, "dotnet "+u.value("custom")+" "+u.value("arguments"))
	}
	return true
}

func goTask(u *useCall) bool {
	u.finder.inputScript(u, "go "+u.value("command")+" "+u.value("arguments"))
	return true
}

func opaqueTask(u *useCall) bool { return u.value("targets|target") != "" }
