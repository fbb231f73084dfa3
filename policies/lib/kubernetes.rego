# METADATA
# scope: package
# schemas:
# - input: schema.kubernetes
package guard.lib.kubernetes

# pods are all Pods that an object holds; undefined where it holds none.
pods := array.concat([input.workload], input.kubernetes.more_pods)
