package activity

import (
	"strings"

	"guard/internal/pipeline"
)

// clusterRows are the programs that give access to a cluster, and what asks
// whether something works.
var clusterRows = []row{
	{words: "kubectl config use-context|set-cluster|set-credentials|set-context", kind: pipeline.Credentials, read: contextOperand(2)},
	{words: "kubectl", kind: pipeline.Credentials, with: "--kubeconfig|--token", read: kubeconfigFlag},
	{words: "helm", kind: pipeline.Credentials, with: "--kubeconfig|--kube-token", read: kubeconfigFlag},
	{words: "kubectl login", kind: pipeline.Credentials, read: nothing},
	{words: "argocd login", kind: pipeline.Credentials, read: contextOperand(1)},
	{words: "kubectx", kind: pipeline.Credentials, read: contextOperand(0)},
	{words: "kind create|export", kind: pipeline.Credentials, read: nothing}, // kind writes the kubeconfig
	{words: "kind create", kind: sandbox},
	{words: "k3d cluster create", kind: sandbox},
	{words: "minikube start", kind: sandbox},
	{words: "ctlptl apply|create", kind: sandbox},
	{words: "microk8s|k0s|k3s start|install|server|enable", kind: sandbox},
	{words: "curl", kind: sandbox, when: fetchesK3s},
	{words: "k3d cluster create", kind: pipeline.Credentials, read: nothing},
	{words: "k3d kubeconfig", kind: pipeline.Credentials, read: nothing},
	{words: "minikube start", kind: pipeline.Credentials, read: nothing},
	{words: "ctlptl apply|create", kind: pipeline.Credentials, read: nothing},
	{words: "rke2|k0s|talosctl kubeconfig", kind: pipeline.Credentials, read: nothing},

	{words: "curl", kind: pipeline.Notify, when: asksChat, read: nothing},
	{words: "curl", kind: probe, when: asksWeb, read: curlProbe},
	{words: "wget", kind: probe, when: asksWeb, read: nothing},
	{words: "http|xh", kind: probe, when: asksWeb, read: httpProbe},
	{words: "curl", kind: pipeline.Deploy, when: firesDeployHook, read: nothing},
	{words: "kubectl get", kind: pipeline.VersionCheck, when: readsRunningImage, read: nothing},
	{words: "promtool query", kind: pipeline.CanaryCheck, when: inCanary, read: nothing},
	{words: "nc|ncat", kind: probe, with: "-z*", read: nothing},
	{words: "newman run", kind: pipeline.Test, read: nothing},
	{words: "hurl", kind: pipeline.Test, read: nothing},
	{words: "k6 run", kind: pipeline.Test, read: nothing},
	{words: "slack|slackcat", kind: pipeline.Notify, read: nothing},
	{words: "mail|sendmail|mailx|mutt|swaks", kind: pipeline.Notify, read: nothing},
	{words: "gh workflow run", kind: pipeline.Opaque, read: likeOperands},
	{words: "gh pr|issue comment", kind: pipeline.Notify, read: nothing},
}

func kubeconfigFlag(c *call, a *pipeline.Activity) { a.Target.Context = c.value("--kubeconfig") }

// chats are the addresses by which people are told.
var chats = []string{"hooks.slack.com", "slack.com/api", "discord.com/api/webhooks", "discordapp.com/api/webhooks", "webhook.office.com", "api.telegram.org", "chat.googleapis.com", "api.pagerduty.com", "events.pagerduty.com", "opsgenie.com", "qyapi.weixin", "oapi.dingtalk", "open.feishu"}

// asksChat tells whether an address is that of a chat, or of a variable that
// is named so.
func asksChat(c *call) bool {
	for _, url := range addresses(c) {
		lower := strings.ToLower(url)
		for _, chat := range chats {
			if strings.Contains(lower, chat) {
				return true
			}
		}
		for _, word := range []string{"slack", "discord", "teams_webhook", "telegram", "mattermost", "notify", "notification"} {
			if strings.HasPrefix(lower, "$") && strings.Contains(lower, word) {
				return true
			}
		}
	}
	return false
}

// firesDeployHook tells whether a request starts a deployment somewhere.
func firesDeployHook(c *call) bool {
	for _, url := range addresses(c) {
		lower := strings.ToLower(url)
		if strings.Contains(lower, "api.render.com/deploy") || strings.Contains(lower, "deploy_hook") || strings.Contains(lower, "deploy-hook") || strings.Contains(lower, "deploy_webhook") || strings.Contains(lower, "portainer") && strings.Contains(lower, "webhook") {
			return true
		}
	}
	return false
}

// readsRunningImage tells whether the image that runs is read to be compared.
func readsRunningImage(c *call) bool {
	output := c.value("-o|--output") + c.value("--template")
	return strings.Contains(output, "image") && (c.command.Inner || !c.command.Last)
}

// inCanary tells whether the step, or its job, is about a canary.
func inCanary(c *call) bool {
	job := &c.scope.finder.pipeline.Jobs[c.scope.job]
	s := c.scope.script
	return s.canary.ask(func() bool {
		return strings.Contains(strings.ToLower(job.ID+job.Name+strings.Join(c.scope.names, " ")+s.text), "canary")
	})
}
