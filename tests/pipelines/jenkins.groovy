// Substitute for Jenkins: reads a declarative Jenkinsfile as Groovy and runs the few steps that it supports. It runs `sh`
// with `sh -xe`, as Jenkins does. Any other step is an error. The build ends if a step fails.
//
//     jenkins.groovy FILE [NAME=VALUE…] [with ID=SECRET…]        parameters, then credentials
import org.codehaus.groovy.control.CompilerConfiguration

abstract class Jenkins extends Script {
    static Map given = [:], secrets = [:], variables = [:]

    def pipeline(Closure body) { body() }
    def getAny() { 'any' }
    def agent(which) { }
    def options(Closure body) { body() }
    def disableConcurrentBuilds() { }

    def parameters(Closure body) { body() }
    def choice(Map it) {
        def value = given.get(it.name, it.choices.first())
        if (!(value in it.choices)) throw new IllegalArgumentException("`${it.name}` may not be `${value}`")
        variables[it.name] = value
    }
    def getParams() { variables }

    def environment(Closure body) {
        body.delegate = new Expando() { void setProperty(String name, value) { variables[name] = value as String } }
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body()
    }

    def stages(Closure body) { body() }
    def stage(String name, Closure body) { println "[${name}]"; body() }
    def steps(Closure body) { body() }

    def file(Map it) { [it.variable, it.credentialsId as String] }
    def string(Map it) { [it.variable, it.credentialsId as String] }
    def withCredentials(List bindings, Closure body) {
        def before = new HashMap(variables)
        bindings.each { variable, id ->
            if (!secrets[id]) throw new IllegalArgumentException("there are no credentials `${id}`")
            variables[variable] = secrets[id]
        }
        body()
        variables.clear()
        variables.putAll(before)
    }

    def sh(script) {
        def process = new ProcessBuilder('/bin/sh', '-xe', '-c', script as String).inheritIO()
        variables.each { name, value -> process.environment()[name] = value as String }
        def code = process.start().waitFor()
        if (code != 0) throw new IllegalStateException("script returned exit code ${code}")
    }
}

assert GroovySystem.version == '2.4.21' : 'this is not the Groovy of Jenkins'
def pairs = { words -> words.collectEntries { it.split('=', 2) as List } }
def words = args.drop(1) as List
def border = words.indexOf('with')
Jenkins.given = pairs(border < 0 ? words : words.take(border))
Jenkins.secrets = pairs(border < 0 ? [] : words.drop(border + 1))
def configuration = new CompilerConfiguration(scriptBaseClass: Jenkins.name)
try {
    new GroovyShell(this.class.classLoader, configuration).evaluate(new File(args[0]))
} catch (IllegalStateException | IllegalArgumentException why) {
    println "ERROR: ${why.message}"
    System.exit(1)
}
