// Gets its identity three times, changes the policy, and gets it once more: `serve POLICY FROM TO`.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	if err := ask(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func ask(policy, before, after string) error {
	ctx := context.Background()
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := sts.NewFromConfig(loaded)
	for asked := 0; asked < 3; asked++ {
		answer, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return err
		}
		fmt.Println(*answer.Arn)
	}
	text, err := os.ReadFile(policy)
	if err != nil {
		return err
	}
	if err := os.WriteFile(policy, []byte(strings.Replace(string(text), before, after, 1)), 0o644); err != nil {
		return err
	}
	_, err = client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	fmt.Println(err)
	return nil
}
