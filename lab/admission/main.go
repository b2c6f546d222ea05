// Command admission judges objects by ValidatingAdmissionPolicies with the API server's own code, without an API server.
//
// It reads {"policies": [...], "objects": [...]} from standard input and writes, for each object, the names of the policies
// that refuse it, each with the messages: [{"NAME": ["message", ...]}, ...]. Which objects a policy is for, its caller has to
// know: match constraints and conditions are not looked at. An expression that does not compile or fails is an error.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	v1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
)

type input struct {
	Policies []v1.ValidatingAdmissionPolicy `json:"policies"`
	// Objects, each with the policies by index that are for it.
	Objects []struct {
		Object   map[string]any `json:"object"`
		Policies []int          `json:"policies"`
	} `json:"objects"`
}

func main() {
	if err := judge(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge(in io.Reader, out io.Writer) error {
	var given input
	if err := json.NewDecoder(in).Decode(&given); err != nil {
		return err
	}
	validators := make([]validating.Validator, len(given.Policies))
	for i, policy := range given.Policies {
		validator, err := compile(policy)
		if err != nil {
			return err
		}
		validators[i] = validator
	}
	verdicts := make([]map[string][]string, len(given.Objects))
	failures := make([]error, len(given.Objects))
	var group sync.WaitGroup
	next := make(chan int)
	for range runtime.NumCPU() {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range next {
				object := given.Objects[i]
				verdicts[i] = map[string][]string{}
				for _, index := range object.Policies {
					messages, err := ask(validators[index], object.Object)
					if err != nil {
						failures[i] = fmt.Errorf("%s, object %d: %w", given.Policies[index].Name, i, err)
					} else if len(messages) > 0 {
						verdicts[i][given.Policies[index].Name] = messages
					}
				}
			}
		}()
	}
	for i := range given.Objects {
		next <- i
	}
	close(next)
	group.Wait()
	for _, err := range failures {
		if err != nil {
			return err
		}
	}
	return json.NewEncoder(out).Encode(verdicts)
}

// compile does what the API server's plugin does with a policy that it finds.
func compile(policy v1.ValidatingAdmissionPolicy) (validating.Validator, error) {
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion(), true)
	composition, err := cel.NewCompositionEnv(cel.VariablesTypeName, base)
	if err != nil {
		return nil, err
	}
	compiler := cel.NewCompositedCompilerFromTemplate(composition)
	options := cel.OptionalVariableDeclarations{StrictCost: true}
	for _, variable := range policy.Spec.Variables {
		accessor := &validating.Variable{Name: variable.Name, Expression: variable.Expression}
		if result := compiler.CompileAndStoreVariable(accessor, options, environment.StoredExpressions); result.Error != nil {
			return nil, fmt.Errorf("%s, variable %s: %v", policy.Name, variable.Name, result.Error)
		}
	}
	conditions := make([]cel.ExpressionAccessor, len(policy.Spec.Validations))
	for i, validation := range policy.Spec.Validations {
		condition := &validating.ValidationCondition{Expression: validation.Expression, Message: validation.Message}
		if result := compiler.CompileCELExpression(condition, options, environment.StoredExpressions); result.Error != nil {
			return nil, fmt.Errorf("%s, validation %d: %v", policy.Name, i, result.Error)
		}
		conditions[i] = condition
	}
	compiled := compiler.CompileCondition(conditions, options, environment.StoredExpressions)
	none := compiler.CompileCondition(nil, options, environment.StoredExpressions)
	fail := v1.Fail
	return validating.NewValidator(compiled, nil, none, none, &fail), nil
}

func ask(validator validating.Validator, content map[string]any) ([]string, error) {
	object := &unstructured.Unstructured{Object: content}
	kind := object.GroupVersionKind()
	attributes := admission.NewAttributesRecord(object, nil, kind, object.GetNamespace(), object.GetName(),
		schema.GroupVersionResource{Group: kind.Group, Version: kind.Version}, "", admission.Create, nil, false, &user.DefaultInfo{Name: "test"})
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedObject: object, VersionedKind: kind}
	result := validator.Validate(context.Background(), schema.GroupVersionResource{}, versioned, nil, nil, celconfig.RuntimeCELCostBudget, nil)
	var messages []string
	for _, decision := range result.Decisions {
		switch {
		case decision.Evaluation == validating.EvalError:
			return nil, fmt.Errorf("%s", decision.Message)
		case decision.Evaluation == validating.EvalDeny:
			messages = append(messages, decision.Message)
		}
	}
	return messages, nil
}
