import java.io.ByteArrayInputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes lambda expressions and method references classes of the package. The JVM makes a hidden
 * class of each when it is first reached: a thousand of them were a quarter of a cold start, most
 * of them the getters and setters of the AWS SDK's models.
 *
 * <p>Lambda expressions of one class that implement the same interface and capture values of the
 * same types share a class, which knows by a number which of them it is. The class belongs to the
 * nest of the class that it comes from, and so may call what is private there. What does not fit
 * (serializable lambda expressions, a primitive type widened) stays for the JVM to do.
 */
final class LambdaClasses {
  /** From this version of class files on there are nests. */
  private static final int NESTS = ClassFile.JAVA_11_VERSION;

  /**
   * What lambda expressions have in common that share a class.
   *
   * @param type the interface that they implement
   * @param method the interface's only abstract method
   * @param erased its type, as the interface declares it
   * @param captured parameters: what they capture
   */
  private record Shape(
      String host, ClassDesc type, String method, MethodTypeDesc erased, MethodTypeDesc captured) {}

  /**
   * @param code what it calls, with what was captured before the arguments
   * @param instantiated the interface's method with the type arguments of this use
   */
  private record Lambda(DirectMethodHandleDesc code, MethodTypeDesc instantiated) {}

  private record Companion(ClassDesc name, Shape shape, List<Lambda> lambdas) {
    static String factory(int number) {
      return "lambda" + number;
    }
  }

  private final SortedMap<String, byte[]> classes;
  private final Map<Shape, Companion> companions = new LinkedHashMap<>();
  private final Map<String, Integer> companionsOf = new HashMap<>();
  private final ClassFile format;

  /**
   * @param classes all of the package, by the names of their files
   */
  LambdaClasses(SortedMap<String, byte[]> classes) {
    this.classes = classes;
    this.format =
        ClassFile.of(
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(this::open)
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached()));
  }

  private ByteArrayInputStream open(ClassDesc name) {
    byte[] bytes = classes.get(file(name));
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  private static String file(ClassDesc name) {
    String descriptor = name.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1) + ".class";
  }

  /** The classes as they are to be: those that had lambda expressions call the new ones instead. */
  SortedMap<String, byte[]> replaced() {
    SortedMap<String, byte[]> result = new TreeMap<>(classes);
    classes.forEach((file, bytes) -> {
      ClassModel model = format.parse(bytes);
      if (hasLambdas(model)) {
        try {
          result.put(file, calling(model));
        } catch (IllegalArgumentException e) {
          // it names a library that is not there, an optional part: it stays as it is
          System.err.println("left the lambda expressions of " + file + ": " + e.getMessage());
          companions.keySet().removeIf(shape -> file.equals(shape.host() + ".class"));
        }
      }
    });
    Map<String, List<ClassDesc>> nests = new TreeMap<>();
    for (Companion companion : companions.values()) {
      String nest = nestOf(companion.shape().host());
      nests.computeIfAbsent(nest, _ -> new ArrayList<>()).add(companion.name());
      result.put(file(companion.name()), written(companion, ClassDesc.ofInternalName(nest)));
    }
    nests.forEach((host, members) ->
        result.compute(host + ".class", (_, bytes) -> withMembers(format.parse(bytes), members)));
    return result;
  }

  private static boolean hasLambdas(ClassModel model) {
    return model.methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .anyMatch(LambdaClasses::isLambda);
  }

  private static boolean isLambda(Object instruction) {
    return instruction instanceof InvokeDynamicInstruction dynamic
        && dynamic.bootstrapMethod().methodName().equals("metafactory")
        && dynamic
            .bootstrapMethod()
            .owner()
            .descriptorString()
            .equals("Ljava/lang/invoke/LambdaMetafactory;");
  }

  private byte[] calling(ClassModel model) {
    String host = model.thisClass().asInternalName();
    return format.transformClass(
        model,
        ClassTransform.transformingMethodBodies((code, element) -> {
          if (!isLambda(element) || !replaced(code, host, (InvokeDynamicInstruction) element)) {
            code.with(element);
          }
        }));
  }

  private boolean replaced(CodeBuilder code, String host, InvokeDynamicInstruction dynamic) {
    Lambda lambda =
        new Lambda(
            (DirectMethodHandleDesc) dynamic.bootstrapArgs().get(1),
            (MethodTypeDesc) dynamic.bootstrapArgs().get(2));
    Shape shape =
        new Shape(
            host,
            dynamic.typeSymbol().returnType(),
            dynamic.name().stringValue(),
            (MethodTypeDesc) dynamic.bootstrapArgs().get(0),
            dynamic.typeSymbol().changeReturnType(ConstantDescs.CD_void));
    if (!fits(shape, lambda)) {
      return false;
    }
    Companion companion = companions.computeIfAbsent(shape, this::companion);
    companion.lambdas().add(lambda);
    code.invokestatic(
        companion.name(), Companion.factory(companion.lambdas().size() - 1), dynamic.typeSymbol());
    return true;
  }

  private Companion companion(Shape shape) {
    int number = companionsOf.merge(shape.host(), 1, Integer::sum);
    return new Companion(
        ClassDesc.ofInternalName(shape.host() + "$$Lambda$" + number), shape, new ArrayList<>());
  }

  private static boolean fits(Shape shape, Lambda lambda) {
    MethodTypeDesc called = lambda.code().invocationType();
    MethodTypeDesc captured = shape.captured();
    MethodTypeDesc erased = shape.erased();
    if (called.parameterCount() != captured.parameterCount() + erased.parameterCount()) {
      return false;
    }
    boolean fits = true;
    for (int i = 0; i < captured.parameterCount(); i++) {
      fits &= converts(captured.parameterType(i), called.parameterType(i));
    }
    for (int i = 0; i < erased.parameterCount(); i++) {
      ClassDesc given = lambda.instantiated().parameterType(i);
      fits &= converts(erased.parameterType(i), given);
      fits &= converts(given, called.parameterType(captured.parameterCount() + i));
    }
    ClassDesc returned = lambda.instantiated().returnType();
    return fits
        && (erased.returnType().equals(ConstantDescs.CD_void)
            || (converts(called.returnType(), returned)
                && converts(returned, erased.returnType())));
  }

  private static boolean converts(ClassDesc from, ClassDesc to) {
    if (from.isPrimitive()) {
      return from.equals(to) || (!to.isPrimitive() && boxed(from).equals(to));
    }
    return !to.isPrimitive() || boxed(to).equals(from);
  }

  private static ClassDesc boxed(ClassDesc primitive) {
    return switch (primitive.descriptorString()) {
      case "Z" -> ConstantDescs.CD_Boolean;
      case "B" -> ConstantDescs.CD_Byte;
      case "C" -> ConstantDescs.CD_Character;
      case "S" -> ConstantDescs.CD_Short;
      case "I" -> ConstantDescs.CD_Integer;
      case "J" -> ConstantDescs.CD_Long;
      case "F" -> ConstantDescs.CD_Float;
      case "D" -> ConstantDescs.CD_Double;
      default -> ConstantDescs.CD_Void;
    };
  }

  private String nestOf(String host) {
    return format
        .parse(classes.get(host + ".class"))
        .findAttribute(Attributes.nestHost())
        .map(attribute -> attribute.nestHost().asInternalName())
        .orElse(host);
  }

  private byte[] withMembers(ClassModel host, List<ClassDesc> added) {
    List<ClassDesc> members = new ArrayList<>();
    host.findAttribute(Attributes.nestMembers())
        .ifPresent(before -> before.nestMembers().forEach(each -> members.add(each.asSymbol())));
    members.addAll(added);
    return format.transformClass(
        host,
        ClassTransform.dropping(element ->
                element instanceof NestMembersAttribute || element instanceof ClassFileVersion)
            .andThen(
                ClassTransform.endHandler(builder ->
                    builder
                        .withVersion(Math.max(host.majorVersion(), NESTS), 0)
                        .with(NestMembersAttribute.ofSymbols(members)))));
  }

  private byte[] written(Companion companion, ClassDesc nest) {
    ClassDesc name = companion.name();
    Shape shape = companion.shape();
    MethodTypeDesc captured = shape.captured();
    MethodTypeDesc constructor = captured.insertParameterTypes(0, ConstantDescs.CD_int);
    return format.build(
        name,
        type -> {
          type.withVersion(NESTS, 0)
              .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
              .withInterfaceSymbols(shape.type())
              .with(NestHostAttribute.of(nest))
              .withField(
                  "number", ConstantDescs.CD_int, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
          for (int i = 0; i < captured.parameterCount(); i++) {
            type.withField(
                field(i), captured.parameterType(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
          }
          type.withMethodBody(
              ConstantDescs.INIT_NAME,
              constructor,
              ClassFile.ACC_PRIVATE,
              code -> {
                code.aload(0)
                    .invokespecial(
                        ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                    .aload(0)
                    .iload(1)
                    .putfield(name, "number", ConstantDescs.CD_int);
                for (int i = 0; i < captured.parameterCount(); i++) {
                  code.aload(0);
                  load(code, captured.parameterType(i), i + 1)
                      .putfield(name, field(i), captured.parameterType(i));
                }
                code.return_();
              });
          for (int i = 0; i < companion.lambdas().size(); i++) {
            int number = i;
            type.withMethodBody(
                Companion.factory(number),
                captured.changeReturnType(shape.type()),
                ClassFile.ACC_STATIC,
                code -> {
                  code.new_(name).dup().loadConstant(number);
                  for (int j = 0; j < captured.parameterCount(); j++) {
                    load(code, captured.parameterType(j), j);
                  }
                  code.invokespecial(name, ConstantDescs.INIT_NAME, constructor).areturn();
                });
          }
          type.withMethodBody(
              shape.method(),
              shape.erased(),
              ClassFile.ACC_PUBLIC,
              code -> choose(code, companion));
        });
  }

  private static String field(int captured) {
    return "captured" + captured;
  }

  private static CodeBuilder load(CodeBuilder code, ClassDesc type, int parameter) {
    return code.loadLocal(TypeKind.from(type), code.parameterSlot(parameter));
  }

  private static void choose(CodeBuilder code, Companion companion) {
    List<SwitchCase> cases = new ArrayList<>();
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < companion.lambdas().size(); i++) {
      labels.add(code.newLabel());
      cases.add(SwitchCase.of(i, labels.get(i)));
    }
    code.aload(0)
        .getfield(companion.name(), "number", ConstantDescs.CD_int)
        .tableswitch(0, cases.size() - 1, labels.getLast(), cases);
    for (int i = 0; i < companion.lambdas().size(); i++) {
      code.labelBinding(labels.get(i));
      call(code, companion, companion.lambdas().get(i));
    }
  }

  private static void call(CodeBuilder code, Companion companion, Lambda lambda) {
    DirectMethodHandleDesc target = lambda.code();
    MethodTypeDesc called = target.invocationType();
    MethodTypeDesc captured = companion.shape().captured();
    MethodTypeDesc erased = companion.shape().erased();
    if (target.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
      code.new_(target.owner()).dup();
    }
    for (int i = 0; i < captured.parameterCount(); i++) {
      code.aload(0).getfield(companion.name(), field(i), captured.parameterType(i));
      convert(code, captured.parameterType(i), called.parameterType(i));
    }
    for (int i = 0; i < erased.parameterCount(); i++) {
      ClassDesc given = lambda.instantiated().parameterType(i);
      load(code, erased.parameterType(i), i);
      convert(code, erased.parameterType(i), given);
      convert(code, given, called.parameterType(captured.parameterCount() + i));
    }
    MethodTypeDesc declared = MethodTypeDesc.ofDescriptor(target.lookupDescriptor());
    switch (target.kind()) {
      case STATIC, INTERFACE_STATIC ->
          code.invokestatic(
              target.owner(), target.methodName(), declared, target.isOwnerInterface());
      case VIRTUAL, SPECIAL -> code.invokevirtual(target.owner(), target.methodName(), declared);
      case INTERFACE_VIRTUAL, INTERFACE_SPECIAL ->
          code.invokeinterface(target.owner(), target.methodName(), declared);
      case CONSTRUCTOR -> code.invokespecial(target.owner(), ConstantDescs.INIT_NAME, declared);
      default -> throw new IllegalStateException("a lambda that reads a field: " + target);
    }
    if (erased.returnType().equals(ConstantDescs.CD_void)) {
      switch (TypeKind.from(called.returnType()).slotSize()) {
        case 1 -> code.pop();
        case 2 -> code.pop2();
        default -> {}
      }
      code.return_();
    } else {
      ClassDesc returned = lambda.instantiated().returnType();
      convert(code, called.returnType(), returned);
      convert(code, returned, erased.returnType());
      code.return_(TypeKind.from(erased.returnType()));
    }
  }

  private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to) {
    if (from.equals(to) || to.equals(ConstantDescs.CD_Object)) {
      return;
    }
    if (from.isPrimitive()) {
      code.invokestatic(boxed(from), "valueOf", MethodTypeDesc.of(boxed(from), from));
    } else if (to.isPrimitive()) {
      code.invokevirtual(boxed(to), to.displayName() + "Value", MethodTypeDesc.of(to));
    } else {
      code.checkcast(to);
    }
  }
}
